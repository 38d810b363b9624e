# cmake -DINPUT=<file> -DOUTPUT=<file.inc> -P EmbedFile.cmake: a file's bytes as the inside of a C array initialiser.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REPEAT "0x..," 20 line)
string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "${bytes}\n")
