#include "LossPicture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mimoc {

namespace {

constexpr double kWidth = 420, kHeight = 270; // of a panel with its margins
constexpr double kLeft = 66, kRight = 18, kTop = 34, kBottom = 44;
constexpr double kHeader = 64;
constexpr const char *kTrainColour = "#1f6fb4", *kValidationColour = "#d9541a", *kGrid = "#e4e4e4", *kInk = "#333333";

std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text)
    result += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return result;
}

std::string label(double x, double y, const char *anchor, const std::string &text, const char *more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more,
                     escaped(text));
}

std::string segment(double x1, double y1, double x2, double y2, const char *colour, const char *more = "") {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"{}/>\n", x1, y1, x2,
                     y2, colour, more);
}

/// From values to a place between 0 and 1, with round numbers to mark.
struct Scale {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;

  double place(double value) const {
    double from = logarithmic ? std::log10(low) : low, to = logarithmic ? std::log10(high) : high;
    return ((logarithmic ? std::log10(value) : value) - from) / (to - from);
  }
};

// 1, 2 or 5 times a power of ten, so that at most `most` steps make up the span.
double roundStep(double span, int most) {
  double power = std::pow(10, std::floor(std::log10(span / most)));
  for (double factor : {1.0, 2.0, 5.0})
    if (span / (factor * power) <= most)
      return factor * power;
  return 10 * power;
}

Scale linearScale(double low, double high, int most, double leastStep = 0) {
  if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
    double room = std::max(std::abs(low) * 0.1, leastStep > 0 ? 0.5 : 1e-3);
    low -= room;
    high += room;
  }
  double step = std::max(roundStep(high - low, most), leastStep);
  Scale scale{low, high, false, {}};
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    scale.ticks.push_back(i * step);
  return scale;
}

Scale logScale(double low, double high) {
  Scale scale{low / 1.15, high * 1.15, true, {}};
  double decades = std::log10(high / low);
  for (double power = std::floor(std::log10(scale.low)); power <= std::log10(scale.high); ++power)
    for (double factor : {1.0, 2.0, 5.0})
      if ((factor == 1 || decades < 2.5) && factor * std::pow(10, power) >= scale.low &&
          factor * std::pow(10, power) <= scale.high)
        scale.ticks.push_back(factor * std::pow(10, power));
  return scale;
}

// A loss that falls by more than a factor of twenty is a flat line on a linear scale.
Scale valueScale(const Curve &curve) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const auto *values : {&curve.train, &curve.validation})
    for (double value : *values)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  if (!(low <= high))
    return linearScale(0, 1, 5);
  if (low > 0 && high / low > 20)
    return logScale(low, high);
  double room = 0.05 * (high - low);
  return linearScale(low >= 0 && low < room ? 0 : low - room, high + room, 5);
}

class Panel {
public:
  Panel(double x, double y, const std::vector<double> &epochs, const Curve &curve)
      : left(x + kLeft), right(x + kWidth - kRight), top(y + kTop), bottom(y + kHeight - kBottom), epochs(epochs),
        curve(curve), values(valueScale(curve)), times(linearScale(epochs.front(), epochs.back(), 7, 1)) {}

  std::string svg(double bestEpoch) const {
    std::string text = grid();
    if (bestEpoch >= epochs.front() && bestEpoch <= epochs.back())
      text += segment(x(bestEpoch), top, x(bestEpoch), bottom, "#888888", " stroke-dasharray=\"3 3\"");
    text += line(curve.train, kTrainColour) + line(curve.validation, kValidationColour);
    text += segment(left, bottom, right, bottom, kInk) + segment(left, top, left, bottom, kInk);
    return text + label((left + right) / 2, top - 10, "middle", curve.name, " font-weight=\"bold\" font-size=\"14\"") +
           label((left + right) / 2, bottom + 34, "middle", "epoch");
  }

private:
  double x(double epoch) const { return left + times.place(epoch) * (right - left); }
  double y(double value) const { return bottom - values.place(value) * (bottom - top); }

  std::string grid() const {
    std::string text;
    for (double tick : values.ticks)
      text += segment(left, y(tick), right, y(tick), kGrid) +
              label(left - 8, y(tick) + 4, "end", fmt::format("{:.4g}", std::abs(tick) < 1e-12 ? 0 : tick));
    for (double tick : times.ticks)
      text += segment(x(tick), bottom, x(tick), bottom + 4, kInk) +
              label(x(tick), bottom + 18, "middle", fmt::format("{:g}", tick));
    return text;
  }

  // Broken where a value is missing; single points are drawn as dots, as is everything of a short run.
  std::string line(const std::vector<double> &series, const char *colour) const {
    std::string path, dots;
    bool drawing = false;
    for (size_t i = 0; i < series.size(); ++i) {
      if (!std::isfinite(series[i])) {
        drawing = false;
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f} ", drawing ? "L" : "M", x(epochs[i]), y(series[i]));
      drawing = true;
      if (series.size() <= 30)
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\" fill=\"{}\"/>\n", x(epochs[i]), y(series[i]),
                            colour);
    }
    return path.empty() ? "" : fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" "
                                           "stroke-linejoin=\"round\"/>\n", path, colour) + dots;
  }

  double left, right, top, bottom;
  const std::vector<double> &epochs;
  const Curve &curve;
  Scale values, times;
};

bool hasValues(const std::vector<double> &values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

std::string legend(double x, const std::vector<Curve> &curves, double bestEpoch) {
  std::string text;
  auto entry = [&](const char *colour, const std::string &name, const char *more) {
    text += segment(x, 44, x + 24, 44, colour, more) + label(x + 30, 48, "start", name);
    x += 46 + 7.0 * double(name.size());
  };
  entry(kTrainColour, "train", " stroke-width=\"2\"");
  if (std::any_of(curves.begin(), curves.end(), [](const Curve &curve) { return hasValues(curve.validation); }))
    entry(kValidationColour, "validation", " stroke-width=\"2\"");
  if (bestEpoch > 0)
    entry("#888888", fmt::format("best epoch {:g}", bestEpoch), " stroke-dasharray=\"3 3\"");
  return text;
}

} // namespace

std::string lossPicture(const std::string &title, const std::vector<double> &epochs, const std::vector<Curve> &all,
                        double bestEpoch) {
  std::vector<Curve> curves;
  for (const Curve &curve : all)
    if (hasValues(curve.train) || hasValues(curve.validation))
      curves.push_back(curve);
  size_t columns = curves.size() <= 1 ? 1 : curves.size() <= 4 ? 2 : 3;
  size_t lines = (curves.size() + columns - 1) / columns;
  double width = kWidth * double(columns), height = kHeader + kHeight * double(lines);
  std::string svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" height=\"{1:g}\" "
                                "viewBox=\"0 0 {0:g} {1:g}\" font-family=\"Helvetica, Arial, sans-serif\" "
                                "font-size=\"12\" fill=\"{2}\">\n"
                                "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
                                width, height, kInk);
  svg += label(kLeft, 26, "start", title, " font-size=\"16\" font-weight=\"bold\"") + legend(kLeft, curves, bestEpoch);
  for (size_t i = 0; i < curves.size(); ++i) {
    double x = kWidth * double(i % columns), y = kHeader + kHeight * double(i / columns);
    svg += Panel(x, y, epochs, curves[i]).svg(bestEpoch);
  }
  return svg + "</svg>\n";
}

} // namespace mimoc
