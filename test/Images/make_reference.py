"""Writes reference.npz with PyTorch in float64: what its functions, put together as torchvision does, make of two pictures. Run by hand
(`make_reference.py reference.npz`); the tests need NumPy only."""
import math
import sys

import numpy
import torch
import torch.nn.functional as F


def resize(image, height, width, mode="bilinear"):
    if mode == "nearest":
        return F.interpolate(image[None], (height, width), mode="nearest-exact")[0]
    return F.interpolate(image[None], (height, width), mode="bilinear", antialias=True, align_corners=False)[0]


def rotate(image, degrees, fill=0.0, mode="bilinear"):
    # torchvision.transforms.functional.rotate of a tensor: affine grid in pixels, grid_sample, then the fill through a mask
    angle = math.radians(-degrees)
    theta = torch.tensor([[math.cos(angle), math.sin(angle), 0.0], [-math.sin(angle), math.cos(angle), 0.0]], dtype=torch.float64)
    _, height, width = image.shape
    base = torch.empty(1, height, width, 3, dtype=torch.float64)
    base[..., 0] = torch.linspace(-width * 0.5 + 0.5, width * 0.5 + 0.5 - 1, width)
    base[..., 1] = torch.linspace(-height * 0.5 + 0.5, height * 0.5 + 0.5 - 1, height).unsqueeze(-1)
    base[..., 2] = 1
    scale = torch.tensor([0.5 * width, 0.5 * height], dtype=torch.float64)
    grid = (base.view(1, -1, 3) @ (theta.T / scale)).view(1, height, width, 2)
    both = torch.cat([image, torch.ones_like(image[:1])])[None]
    sampled = F.grid_sample(both, grid, mode=mode, padding_mode="zeros", align_corners=False)[0]
    return sampled[:-1] + (1 - sampled[-1:]) * fill


def grey(image):
    return 0.2989 * image[0:1] + 0.587 * image[1:2] + 0.114 * image[2:3]


def blend(image, other, factor):
    return (factor * image + (1 - factor) * other).clamp(0, 1)


def hue(image, shift):
    # torchvision._rgb2hsv and _hsv2rgb
    r, g, b = image
    most, least = image.max(0).values, image.min(0).values
    same = most == least
    span = most - least
    s = span / torch.where(same, torch.ones_like(most), most)
    divisor = torch.where(same, torch.ones_like(span), span)
    rc, gc, bc = (most - r) / divisor, (most - g) / divisor, (most - b) / divisor
    h = (most == r) * (bc - gc) + ((most == g) & (most != r)) * (2 + rc - bc) + ((most != g) & (most != r)) * (4 + gc - rc)
    h = (torch.fmod(h / 6 + 1, 1) + shift) % 1
    i = torch.floor(h * 6)
    f = h * 6 - i
    i = i.to(torch.int32) % 6
    p, q, t = (most * (1 - s)).clamp(0, 1), (most * (1 - s * f)).clamp(0, 1), (most * (1 - s * (1 - f))).clamp(0, 1)
    table = [(most, t, p), (q, most, p), (p, most, t), (p, q, most), (t, p, most), (most, p, q)]
    mask = torch.stack([(i == k).double() for k in range(6)])
    return torch.stack([sum(mask[k] * table[k][channel] for k in range(6)) for channel in range(3)])


def main(path):
    torch.manual_seed(4)
    photo = torch.rand(3, 13, 18).float()
    photo[:, 2, 3] = 0.5  # grey, black and white pixels have no hue
    photo[:, 4, 5] = 0
    photo[:, 6, 7] = 1
    tall = torch.rand(1, 31, 9).float()
    x, y = photo.double(), tall.double()
    cases = {
        "resize([7, 5])": resize(x, 7, 5),
        "resize([29, 40])": resize(x, 29, 40),
        "resize([26, 6])": resize(x, 26, 6),
        "resize(6)": resize(x, 6, 8),
        "resize([5, 30], filter = nearest)": resize(x, 5, 30, "nearest"),
        "rotate(30..30)": rotate(x, 30),
        "rotate(-77.5..-77.5, fill = 0.25)": rotate(x, -77.5, 0.25),
        "rotate(20..20, 0, nearest)": rotate(x, 20, 0, "nearest"),
        "hflip(1)": x.flip(2),
        "vflip(p = 1)": x.flip(1),
        "center_crop([6, 9])": x[:, 4:10, 4:13],
        "grey": grey(x),
        "jitter(brightness = 1.4..1.4)": blend(x, torch.zeros_like(x), 1.4),
        "jitter(contrast = 0.6..0.6)": blend(x, grey(x).mean(), 0.6),
        "jitter(saturation = 1.7..1.7)": blend(x, grey(x), 1.7),
        "jitter(hue = 0.2..0.2)": hue(x, 0.2),
        "jitter(hue = -0.4..-0.4)": hue(x, -0.4),
    }
    cases["normalize(mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225])"] = \
        (x - torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).view(3, 1, 1)) / \
        torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).view(3, 1, 1)
    tall_cases = {"resize(4)": resize(y, 13, 4), "resize([8, 20])": resize(y, 8, 20), "rotate(90..90)": rotate(y, 90),
                  "jitter(0.5..0.5, 1.5..1.5, 2..2, 0.1..0.1)": blend(blend(y, 0 * y, 0.5), (0.5 * y).mean(), 1.5)}
    numpy.savez(path, photo=photo.numpy(), tall=tall.numpy(), **{f"photo:{text}": value.numpy() for text, value in cases.items()},
                **{f"tall:{text}": value.numpy() for text, value in tall_cases.items()})


main(sys.argv[1])
