// NumPy's .npy files, format versions 1 to 3 (numpy.lib.format). Objects are refused: reading them would run code.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/Data/File.h"

namespace mimoc {

/// The array in a file's bytes, which it shares where it can (Fortran order is transposed into new memory). The refusal
/// does not name the file.
llvm::Expected<Array> parseNpy(const FileBytes &bytes);

llvm::Expected<Array> readNpy(llvm::StringRef path);

/// What stands before the data of this array in a .npy file of version 1.
std::string npyHeader(const Array &array);

} // namespace mimoc
