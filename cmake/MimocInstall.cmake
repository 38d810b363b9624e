# What `cmake --install` gives: the programs, the CMake package, the header for generic tools, examples and documents.
# The libraries of the compiler stay inside: no application links them.
include(CMakePackageConfigHelpers)
if(NOT TARGET mimoc)
  return() # a build of some stages only has nothing to install
endif()
set(MIMOC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mimoc)

foreach(program mimoc mimo mimo-opt)
  if(TARGET ${program})
    # libMLIR lies in LLVM's own folder, where the dynamic linker does not look by itself.
    set_target_properties(${program} PROPERTIES INSTALL_RPATH_USE_LINK_PATH TRUE)
    install(TARGETS ${program} EXPORT mimocTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
# libmimo-data is for programs of one's own; nothing else of mimoc needs it.
install(TARGETS mimo-data EXPORT mimocTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${CMAKE_SOURCE_DIR}/include/mimoc/Images.h ${CMAKE_SOURCE_DIR}/include/mimoc/Weights.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mimoc)
install(EXPORT mimocTargets NAMESPACE mimoc:: DESTINATION ${MIMOC_PACKAGE_DIR})

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/mimocConfig.cmake.in ${CMAKE_BINARY_DIR}/mimocConfig.cmake
  INSTALL_DESTINATION ${MIMOC_PACKAGE_DIR} PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/mimocConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/mimocConfig.cmake ${CMAKE_BINARY_DIR}/mimocConfigVersion.cmake
              ${CMAKE_SOURCE_DIR}/cmake/MimocAddModel.cmake
        DESTINATION ${MIMOC_PACKAGE_DIR})

install(FILES ${CMAKE_SOURCE_DIR}/include/mimoc/Runtime.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mimoc)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/mimoc)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/NOTICE ${CMAKE_SOURCE_DIR}/README.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
