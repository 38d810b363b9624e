// A picture of the losses and metrics of a run. Private to this folder.
#pragma once

#include <string>
#include <vector>

namespace mimoc {

/// One figure over the epochs, NaN where there is none.
struct Curve {
  std::string name; ///< `minimize`, a loss or a metric
  std::vector<double> train, validation;
};

/// An SVG with a panel for each curve. `epochs` holds the epoch of each value; `bestEpoch` 0 means none.
std::string lossPicture(const std::string &title, const std::vector<double> &epochs, const std::vector<Curve> &curves,
                        double bestEpoch);

} // namespace mimoc
