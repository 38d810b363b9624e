"""Every transform: fixed ones against the committed numbers of PyTorch, random ones against NumPy with the same random numbers."""
import pathlib
import sys

import formulas
import numpy
from mimo_data import DOES_NOT_FIT, MimoData, Refusal

LAST_ROUNDINGS = 2e-7  # everything is computed in double and rounded to float once or twice; values are below 4
data = MimoData(sys.argv[1])


def compare(what, found, expected, steps=1):
    assert found.shape == expected.shape, (what, found.shape, expected.shape)
    error = abs(found - expected).max()
    assert error <= steps * LAST_ROUNDINGS * max(1, abs(expected).max()), (what, error)


def check_committed():
    reference = numpy.load(pathlib.Path(__file__).with_name("reference.npz"))
    for key in reference.files:
        picture, _, text = key.partition(":")
        if text:
            compare(key, data.apply(text, reference[picture], random=False), reference[key])
    return reference["photo"], reference["tall"]


def check_random(photo, tall):
    for sample in range(60):
        at = dict(seed=2 ** 40 + 17, epoch=sample % 7, sample=sample * 1001)

        def draws(kind, occurrence=0, stream=0):
            return formulas.Draws(kind, **at, occurrence=occurrence, stream=stream)
        for picture in (photo, tall):
            crop = formulas.resized_crop(picture, 8, 6, draws("resized_crop"))
            compare("resized_crop", data.apply("resized_crop([8, 6])", picture, **at), crop)
            narrow = formulas.resized_crop(picture, 5, 5, draws("resized_crop"), (0.9, 1), (3, 4))
            compare("resized_crop, centre", data.apply("resized_crop(5, scale = 0.9..1, ratio = 3..4)", picture, **at), narrow)
            compare("random_crop", data.apply("random_crop(9, pad = 2)", picture, **at),
                    formulas.random_crop(picture, 9, 9, draws("random_crop"), 2))
            turned = formulas.rotate(picture, draws("rotate").uniform(-25, 25), 0.5)
            compare("rotate", data.apply("rotate(25, fill = 0.5)", picture, **at), turned)
            flipped = picture[:, :, ::-1] if draws("hflip").uniform(0, 1) < 0.5 else picture
            compare("hflip", data.apply("hflip", picture, **at), flipped)
            twice = flipped[:, :, ::-1] if draws("hflip", 1).uniform(0, 1) < 0.25 else flipped
            compare("hflip twice", data.apply("hflip -> hflip(0.25)", picture, **at), twice)
            compare("vflip", data.apply("stream(9) -> vflip(0.3)", picture, **at),
                    picture[:, ::-1] if draws("vflip", 0, 9).uniform(0, 1) < 0.3 else picture)
            bright = formulas.jitter(picture, draws("jitter"), (0.6, 1.4), (0.7, 1.3), (0, 2.5), (-0.1, 0.1))
            compare("jitter", data.apply("jitter(0.4, 0.3, saturation = 1.5, hue = 0.1)", picture, **at), bright,
                    steps=4 * 2.5)  # four roundings, which saturation amplifies


def check_evaluation(photo, tall):
    """Without random changes: crops from the centre, the rest left out."""
    text = "resized_crop(6) -> hflip -> vflip -> rotate(20) -> jitter(0.4, 0.4, 0.4, 0.1) -> normalize(0.5, 0.25)"
    plain = formulas.center_crop(formulas.shorter_side(photo, 6), 6, 6)
    for sample in range(5):
        compare("evaluation", data.apply(text, photo, sample=sample, random=False), formulas.normalize(plain, [0.5], [0.25]))
    compare("padded crop", data.apply("random_crop(13, pad = 4)", tall[:, :13].repeat(2, 2)[:, :, :13], random=False),
            tall[:, :13].repeat(2, 2)[:, :, :13])
    compare("wide crop", data.apply("resized_crop([10, 3])", photo, random=False),
            formulas.center_crop(formulas.resize(photo, 10, 13), 10, 3))
    for text, is_random in (("hflip", 1), ("hflip(1) -> vflip(0)", 0), ("rotate(0..5)", 1), ("rotate(5..5)", 0), ("jitter(0.1)", 1),
                            ("jitter", 0), ("resize(3) -> grey", 0), ("random_crop(3)", 1), ("", 0)):
        assert data.is_random(text) == bool(is_random), text


def check_channels(photo, tall):
    both = numpy.concatenate([tall, 1 - tall])
    four = numpy.concatenate([photo, photo[:1] / 2])
    compare("rgb of grey", data.apply("rgb", tall), tall.repeat(3, 0))
    compare("rgb of grey and alpha", data.apply("rgb", both), tall.repeat(3, 0))
    compare("rgba of grey and alpha", data.apply("rgba", both), numpy.concatenate([tall.repeat(3, 0), 1 - tall]))
    compare("rgba of rgb", data.apply("rgba", photo), numpy.concatenate([photo, numpy.ones_like(photo[:1])]))
    compare("rgb of rgba", data.apply("rgb", four), photo)
    compare("grey of rgba", data.apply("grey", four), formulas.grey(photo))
    for text, picture in (("jitter(0.3)", four), ("normalize([1, 2], 1)", photo), ("center_crop(14)", photo), ("random_crop(20)", tall)):
        try:
            data.apply(text, picture)
        except Refusal as refusal:
            assert refusal.status == DOES_NOT_FIT
            print(refusal)
        else:
            raise AssertionError(text)


photo, tall = check_committed()
check_random(photo, tall)
check_evaluation(photo, tall)
check_channels(photo, tall)
print("all transforms agree")
