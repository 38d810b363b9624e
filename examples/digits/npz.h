/* Reads arrays from uncompressed .npz files (numpy.savez): just enough for this example. */
#ifndef NPZ_H
#define NPZ_H

#include <stddef.h>

/* The array's values, which the caller frees; null, with a message on stderr, unless the file has an array of this name
 * and type ("<f4" or "<i8") with `columns` numbers in each row (0 for a plain list). *rows is set on success. */
void *npz_read(const char *path, const char *name, const char *type, size_t columns, size_t *rows);

#endif
