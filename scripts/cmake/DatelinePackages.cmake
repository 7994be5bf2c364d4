# Debian packages by CPack: libdateline0, libdateline-dev, dateline (the commands), dateline-server. scripts/package makes and
# tries them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR Dateline)
set(DATELINE_MAINTAINER "Dateline developers <dateline@example.org>" CACHE STRING "Whom the packages name")
set(CPACK_PACKAGE_CONTACT "${DATELINE_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library development Unspecified server)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/compress_manual.cmake)

# dateline_package(COMPONENT PACKAGE SECTION SUMMARY DESCRIPTION): names a component's package, and gives it the copyright
# and the changelog that Debian wants of each.
function(dateline_package component package section summary description)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${summary}\n${description}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${description}" PARENT_SCOPE)
  set(dir ${PROJECT_BINARY_DIR}/packaging/${package})
  file(CONFIGURE OUTPUT ${dir}/changelog CONTENT
"${package} (${PROJECT_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md.

 -- ${DATELINE_MAINTAINER}  Wed, 25 Nov 2026 00:00:00 +0000
")
  file(CONFIGURE OUTPUT ${dir}/copyright CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Dateline

Files: *
Copyright: 2026 The Dateline developers
License: GPL-2.0-or-later
 On Debian systems the full text of the GNU General Public License version 2 is in
 /usr/share/common-licenses/GPL-2.
")
  find_program(GZIP gzip REQUIRED)
  execute_process(COMMAND ${GZIP} -9nf -k changelog WORKING_DIRECTORY ${dir})
  install(FILES ${dir}/copyright ${dir}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()

dateline_package(library libdateline0 libs "full-text search engine for news: library"
  "Searches an index of news articles, from C++ and C, in this process.\n It also holds the HTTP service for programs that embed it.")
dateline_package(development libdateline-dev libdevel "full-text search engine for news: development files"
  "Headers, CMake and pkg-config files of libdateline.")
dateline_package(Unspecified dateline text "full-text search engine for news: commands"
  "Indexes articles in many formats and finds, in milliseconds, the ones that\n matter, and shows who acts in them, where they ran and when.")
dateline_package(server dateline-server web "full-text search engine for news: HTTP service"
  "Serves an index over HTTP: a page for people, JSON for programs, feeds.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libdateline0 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_SERVER_PACKAGE_RECOMMENDS dateline)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/packaging/triggers CONTENT "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/packaging/triggers)
include(CPack)
