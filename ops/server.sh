# shellcheck shell=bash
# Functions of the scripts that start a server, in a clone (ops/lib.sh) and in the container (ops/container/entrypoint), and of those
# that start a job (ops/job.sh). The scripts set name, the prefix of messages.

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

is_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 <= 65535)); }

# Sets jdk and version: JAVA_HOME if it is new enough, else the newest JDK, else the first java on the PATH
find_jdk() {
  local home found
  jdk=
  version=$(java_version "${JAVA_HOME:-/nowhere}" || echo 0)
  if ((version >= 21)); then
    jdk=$JAVA_HOME
  else
    version=0
    for home in /usr/lib/jvm/*; do
      found=$(java_version "$home" || echo 0)
      if ((found >= 21 && found > version)); then
        jdk=$home version=$found
      fi
    done
  fi
  if [[ ! $jdk ]] && command -v java >/dev/null; then
    home=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
    version=$(java_version "$home" || echo 0)
    ((version < 21)) || jdk=$home
  fi
  [[ $jdk ]] || fail "no JDK 21 or later: set JAVA_HOME, or install one below /usr/lib/jvm"
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
