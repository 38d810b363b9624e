#include "mimoc/Driver.h"

int main(int argc, char **argv) { return mimoc::runMimoc(argc, argv); }
