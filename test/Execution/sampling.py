"""A large tensor as some of its elements, and as sums with random signs in which every element takes part: a change of
any element shows in all of them."""
import numpy as np

SAMPLES = 100


def sample_places(size):
    return np.random.RandomState(size).permutation(size)[:SAMPLES]


def signed_sums(flat):
    signs = np.random.RandomState(flat.size + 1).randint(0, 2, (4, flat.size)) * 2.0 - 1
    return signs @ flat
