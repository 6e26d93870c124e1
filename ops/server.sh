# shellcheck shell=bash
# Functions of all scripts that start a server, in a clone (ops/lib.sh) and in the container (ops/container/entrypoint). The scripts
# set name, the prefix of messages.

: "${name:?}"

# To standard error: standard output is the server's log
say() { printf '%s: %s\n' "$name" "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

can_write() { # directory
  local probe
  probe=$(mktemp "$1/.ops.XXXXXX" 2>/dev/null) && rm -f "$probe"
}

new_tree() { # root
  mkdir -p "$1/docker/registry/v2" || fail "cannot create $1/docker/registry/v2"
  say "set up a new tree in $1"
}

# Prints the major version of the JDK in a directory; fails where there is none
java_version() { # directory
  [[ -x $1/bin/java && -r $1/release ]] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Options for a server's JVM, before those of JAVA_OPTS. G1 would do much concurrent work to shorten pauses. These are short
# anyway, because little in the heap is alive.
java_options() { # major version of the JDK
  local options="-Xms64m -Xmx512m -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true"
  [[ ${JAVA_OPTS:-} == *-XX:+Use*GC* ]] || options+=" -XX:+UseParallelGC"
  # JDK 24 and later warn about WildFly's own libraries
  ((${1:-0} < 24)) || options+=" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  printf '%s' "$options"
}
