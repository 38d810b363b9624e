"""The transforms in NumPy and double precision, and the random numbers that they draw. Nothing is shared with the library."""
import math

import numpy

KINDS = ["resize", "center_crop", "random_crop", "resized_crop", "hflip", "vflip", "rotate", "jitter", "normalize"]


class Draws:
    """Philox4x32-10 with the seed as its key, and words of 64 bits made of two."""

    def __init__(self, kind, seed=1, epoch=0, sample=0, occurrence=0, stream=0):
        self.seed, self.block, self.words = seed, 0, []
        self.counter = [occurrence << 16, sample, epoch, 3 | KINDS.index(kind) << 8 | stream << 16]

    def word(self):
        if not self.words:
            c, k = [self.counter[0] | self.block] + self.counter[1:], [self.seed & 0xffffffff, self.seed >> 32]
            for _ in range(10):
                p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [q >> 32 ^ c[1] ^ k[0], q & 0xffffffff, p >> 32 ^ c[3] ^ k[1], p & 0xffffffff]
                k = [(k[0] + 0x9E3779B9) & 0xffffffff, (k[1] + 0xBB67AE85) & 0xffffffff]
            self.words = [c[0] | c[1] << 32, c[2] | c[3] << 32]
            self.block += 1
        return self.words.pop(0)

    def uniform(self, low, high):
        return low + (high - low) * ((self.word() >> 11) * 2.0 ** -53)

    def below(self, bound):
        while True:
            product = self.word() * bound
            if product % 2 ** 64 >= (2 ** 64 - bound) % bound:
                return product >> 64


def matrix(source, target, filter):
    """The weights of source pixels in each target pixel, [target, source]."""
    scale, result = source / target, numpy.zeros((target, source))
    for i in range(target):
        if filter == "nearest":
            result[i, min(int((i + 0.5) * scale), source - 1)] = 1
        else:
            places = (numpy.arange(source) + 0.5 - scale * (i + 0.5)) / max(scale, 1)
            weights = numpy.maximum(0, 1 - abs(places))
            result[i] = weights / weights.sum()
    return result


def resize(image, height, width, filter="bilinear"):
    rows, columns = matrix(image.shape[1], height, filter), matrix(image.shape[2], width, filter)
    return rows @ (image.astype("f8") @ columns.T)


def shorter_side(image, size, filter="bilinear"):
    height, width = image.shape[1:]
    return resize(image, size, int(size * width / height), filter) if height <= width else \
        resize(image, int(size * height / width), size, filter)


def crop(image, top, left, height, width):
    return image[:, top:top + height, left:left + width]


def center_crop(image, height, width):
    return crop(image, round((image.shape[1] - height) / 2), round((image.shape[2] - width) / 2), height, width)


def random_crop(image, height, width, draws, pad=0):
    image = numpy.pad(image, ((0, 0), (pad, pad), (pad, pad)))
    top = draws.below(image.shape[1] - height + 1)
    return crop(image, top, draws.below(image.shape[2] - width + 1), height, width)


def resized_crop(image, height, width, draws, scale=(0.08, 1), ratio=(0.75, 4 / 3)):
    """torchvision's RandomResizedCrop.get_params, then crop and resize."""
    rows, columns = image.shape[1:]
    for _ in range(10):
        area = rows * columns * draws.uniform(*scale)
        aspect = math.exp(draws.uniform(math.log(ratio[0]), math.log(ratio[1])))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= columns and 0 < h <= rows:
            top = draws.below(rows - h + 1)
            return resize(crop(image, top, draws.below(columns - w + 1), h, w), height, width)
    w, h = columns, rows
    if columns / rows < ratio[0]:
        h = round(w / ratio[0])
    elif columns / rows > ratio[1]:
        w = round(h * ratio[1])
    return resize(crop(image, (rows - h) // 2, (columns - w) // 2, h, w), height, width)


def rotate(image, degrees, fill=0, filter="bilinear"):
    rows, columns = image.shape[1:]
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    y, x = numpy.mgrid[:rows, :columns] - numpy.array([(rows - 1) / 2, (columns - 1) / 2]).reshape(2, 1, 1)
    from_x, from_y = c * x - s * y + (columns - 1) / 2, s * x + c * y + (rows - 1) / 2

    def at(v, u):
        inside = (v >= 0) & (v < rows) & (u >= 0) & (u < columns)
        return numpy.where(inside, image.astype("f8")[:, v.clip(0, rows - 1), u.clip(0, columns - 1)], fill)
    if filter == "nearest":
        return at(numpy.rint(from_y).astype(int), numpy.rint(from_x).astype(int))
    v, u = numpy.floor(from_y).astype(int), numpy.floor(from_x).astype(int)
    dy, dx = from_y - v, from_x - u
    return (1 - dy) * ((1 - dx) * at(v, u) + dx * at(v, u + 1)) + dy * ((1 - dx) * at(v + 1, u) + dx * at(v + 1, u + 1))


def grey(image):
    return (image.astype("f8") * numpy.reshape([0.2989, 0.587, 0.114], (3, 1, 1))).sum(0, keepdims=True) if len(image) >= 3 \
        else image[:1].astype("f8")


def blend(image, other, factor):
    return (factor * image.astype("f8") + (1 - factor) * other).clip(0, 1)


def brightness(image, factor):
    return blend(image, 0, factor)


def contrast(image, factor):
    return blend(image, grey(image).mean(), factor)


def saturation(image, factor):
    return blend(image, grey(image), factor) if len(image) == 3 else image


def hue(image, shift):
    import colorsys
    if len(image) != 3:
        return image
    flat = image.astype("f8").reshape(3, -1).T
    turned = [colorsys.hsv_to_rgb((h + shift) % 1, s, v) for h, s, v in (colorsys.rgb_to_hsv(*pixel) for pixel in flat)]
    return numpy.array(turned).T.reshape(image.shape)


def jitter(image, draws, b=(1, 1), c=(1, 1), s=(1, 1), h=(0, 0)):
    factors, order = [draws.uniform(*range) for range in (b, c, s, h)], [0, 1, 2, 3]
    for i in (3, 2, 1):
        other = draws.below(i + 1)
        order[i], order[other] = order[other], order[i]
    for i in order:
        image = (brightness, contrast, saturation, hue)[i](image, factors[i])
    return image


def normalize(image, mean, deviation):
    return (image.astype("f8") - numpy.reshape(mean, (-1, 1, 1))) / numpy.reshape(deviation, (-1, 1, 1))
