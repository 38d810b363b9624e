// The run-time support of compiled models, freestanding C. mimoc's build turns it into LLVM bitcode, mimoc links it
// into each model's module, where it is optimised together with the model's code and becomes internal to it.
//
// One translation unit: what only this support uses is static; the mimort_* functions are what the exported functions
// of a model call with its descriptor as first argument (both written by ObjectToLibrary).
// Nothing here allocates, prints, exits, or keeps a global.
#include "Descriptor.h"
#include "mimoc/Runtime.h"

#include "Context.c"
#include "Cpu.c"
#include "Lifecycle.c"
#include "Sizes.c"
#include "Validate.c"
#include "Compute.c"
#include "Initialise.c"
#include "Metrics.c"
