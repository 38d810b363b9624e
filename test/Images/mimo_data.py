"""libmimo-data through its C interface, with NumPy arrays as pictures."""
import ctypes

import numpy

OK, NOT_READABLE, BROKEN, TOO_LARGE, UNSUPPORTED, INVALID_TRANSFORM, DOES_NOT_FIT, NO_MEMORY = range(8)


class Image(ctypes.Structure):
    _fields_ = [("channels", ctypes.c_int64), ("height", ctypes.c_int64), ("width", ctypes.c_int64),
                ("values", ctypes.POINTER(ctypes.c_float))]


class Sample(ctypes.Structure):
    _fields_ = [("seed", ctypes.c_uint64), ("epoch", ctypes.c_uint64), ("sample", ctypes.c_uint64), ("random", ctypes.c_int32)]


class Limits(ctypes.Structure):
    _fields_ = [("file_bytes", ctypes.c_uint64), ("pixels", ctypes.c_uint64)]


class Refusal(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class MimoData:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.mimo_image_decode.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
        self.library.mimo_transforms_apply.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
        self.library.mimo_transforms_free.argtypes = [ctypes.c_void_p]
        self.library.mimo_transforms_are_random.argtypes = [ctypes.c_void_p]
        self.libc = ctypes.CDLL(None)
        self.libc.malloc.restype = ctypes.c_void_p

    def _call(self, name, *arguments):
        message = ctypes.create_string_buffer(512)
        status = getattr(self.library, name)(*arguments, message)
        if status != OK:
            raise Refusal(status, message.value.decode())

    def _taken(self, image):
        shape = (image.channels, image.height, image.width)
        array = numpy.ctypeslib.as_array(image.values, shape).copy()
        self.library.mimo_image_free(ctypes.byref(image))
        return array

    def read(self, path, limits=None):
        image = Image()
        self._call("mimo_image_read", path.encode(), limits and ctypes.byref(limits), ctypes.byref(image))
        return self._taken(image)

    def decode(self, raw, limits=None):
        image = Image()
        self._call("mimo_image_decode", raw, len(raw), limits and ctypes.byref(limits), ctypes.byref(image))
        return self._taken(image)

    def parse(self, text):
        transforms = ctypes.c_void_p()
        self._call("mimo_transforms_parse", text.encode(), ctypes.byref(transforms))
        return transforms

    def is_random(self, text):
        transforms = self.parse(text)
        result = self.library.mimo_transforms_are_random(transforms)
        self.library.mimo_transforms_free(transforms)
        return bool(result)

    def apply(self, text, array, seed=1, epoch=0, sample=0, random=True):
        """The picture after the transforms; the array is a [channels, height, width] of float32."""
        array = numpy.ascontiguousarray(array, "<f4")
        image = Image(*array.shape, ctypes.cast(self.libc.malloc(array.nbytes), ctypes.POINTER(ctypes.c_float)))
        ctypes.memmove(image.values, array.ctypes.data, array.nbytes)
        transforms = self.parse(text)
        try:
            self._call("mimo_transforms_apply", transforms, ctypes.byref(Sample(seed, epoch, sample, random)), ctypes.byref(image))
        finally:
            self.library.mimo_transforms_free(transforms)
            after = self._taken(image)
        return after
