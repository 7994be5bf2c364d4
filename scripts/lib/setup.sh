# Sourced by the scripts beside this folder: installs packages and builds. Stands in the top folder of the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# install_packages GROUP…: installs what of these groups of scripts/packages.debian is missing.
install_packages() {
  command -v dpkg-query >/dev/null || { echo "$0: no Debian system: install what scripts/packages.debian lists" >&2; return 0; }
  local wanted missing=()
  for group in "$@"; do
    while read -r package; do
      dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done < <(awk -v g="$group" '$1 == g {print $2}' scripts/packages.debian)
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing: ${missing[*]}" >&2
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET with-tests|without-tests [ARGUMENT…]: configures and builds.
build() {
  local preset=$1 tests=$2
  shift 2
  local options=(-DBUILD_TESTING=OFF)
  [ "$tests" = with-tests ] && options=(-DBUILD_TESTING=ON)
  command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  [ "${CI:-}" = true ] && options+=(-DDATELINE_WERROR=ON)
  cmake --preset "$preset" "${options[@]}" >"build-$preset.log" 2>&1 || { cat "build-$preset.log" >&2; return 1; }
  rm -f "build-$preset.log"
  cmake --build --preset "$preset" "$@"
}
