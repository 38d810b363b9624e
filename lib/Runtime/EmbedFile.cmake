# cmake -DINPUT=<file> -DOUTPUT=<file.inc> -P EmbedFile.cmake: the bytes of a file as the inside of a C array initialiser.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "${bytes}\n")
