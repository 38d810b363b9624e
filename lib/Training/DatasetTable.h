// Columns of a data set that come from CSV files, folders and picture files. Private to this folder.
#pragma once

#include "mimoc/Data/Csv.h"
#include "mimoc/Training/Dataset.h"

namespace mimoc {

/// A table that was read, and where it lies: files are named relative to its folder.
struct Table {
  std::string path;
  CsvTable csv;
};

/// Does the model want pictures here: floats [batch, channels, height, width]?
bool isPicture(const TensorInfo &tensor);

/// The values of the column, or of `column.0`, `column.1`, ... where a row has several; both will do for [batch, 1]. An empty cell is a missing target: -1 where the
/// target is whole, NaN where it is floating-point; an input is never missing.
llvm::Expected<Array> numbersOf(const Table &table, const std::string &column, const TensorInfo &tensor, const ModelInfo &info);

/// The names in a column.
llvm::Expected<Pictures> picturesOf(const Table &table, const std::string &column, const TensorInfo &tensor);

/// One file, or all that end in .png, .jpg or .jpeg in a folder, by name.
llvm::Expected<Pictures> picturesOf(const std::string &path);

/// A column of pictures; sets what the model wants of them.
Column pictureColumn(Pictures pictures, const TensorInfo &tensor, Transforms train, Transforms evaluation);

} // namespace mimoc
