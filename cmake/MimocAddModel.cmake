# mimoc_add_model(<target> <model.mimo> [NAME <name>] [OPTIONS <option>...])
#
# Compiles a model at build time and links it into <target>, an executable or a library. The sources of the target then
# include "<name>.h" and call the functions it declares. NAME defaults to the file's name without .mimo; OPTIONS go to
# mimoc as they are (--march=x86-64-v3, --precision=f64, --model=..., --prefix=..., -O3; `mimoc --help` lists them). The
# default --march=native makes code for the machine that builds: name another one to run the program elsewhere.
#
#   add_executable(app app.c)
#   mimoc_add_model(app net.mimo)
#
# Call it once for each model that the target links.
function(mimoc_add_model target model)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "NAME" "OPTIONS")
  if(NOT TARGET ${target})
    message(FATAL_ERROR "mimoc_add_model: there is no target '${target}'; call add_executable or add_library before")
  endif()
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mimoc_add_model(${target} ${model}): cannot place '${ARG_UNPARSED_ARGUMENTS}'; "
                        "options for mimoc stand after OPTIONS")
  endif()
  cmake_path(ABSOLUTE_PATH model BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  if(NOT EXISTS ${model})
    message(FATAL_ERROR "mimoc_add_model(${target}): there is no file ${model}")
  endif()
  set(name ${ARG_NAME})
  if(NOT name)
    cmake_path(GET model STEM LAST_ONLY name)
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.models)
  set(object ${folder}/${name}.o)
  set(header ${folder}/${name}.h)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${object} ${header}
    COMMAND mimoc::mimoc ${model} ${ARG_OPTIONS} -o ${object}
    DEPENDS ${model} mimoc::mimoc
    COMMENT "Compiling model ${name}"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  target_sources(${target} PRIVATE ${object} ${header})
  target_include_directories(${target} PRIVATE ${folder})
  target_link_libraries(${target} PRIVATE m)
endfunction()
