# shellcheck shell=bash
# Functions of ops/serve and ops/cluster, which source this file. They set project, and name as the prefix of messages.

: "${project:?}" "${name:?}"
# shellcheck source=ops/server.sh
. "$project/ops/server.sh"
target=$project/target
server=$target/server
war=$target/registry.war

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether we may listen on a port: low ports need a capability
may_listen() {
  local least rights
  least=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 1024)
  rights=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
  (($1 >= least || 16#${rights:-0} >> 10 & 1))
}
check_port() {
  may_listen "$1" || fail "only root may listen at port $1, choose another with --port"
  ! answers "$1" || fail "port $1 is busy, choose another with --port"
}

# Sets log, unless given: text on a terminal, else json
is_log() { [[ $1 == text || $1 == json ]]; }
choose_log() {
  log=${log:-${REGISTRY_LOG:-}}
  [[ ! $log ]] || return 0
  log=json
  [[ ! -t 1 ]] || log=text
}

# Sets root, given or the default, to an absolute path
find_root() {
  root=${root:-${REGISTRY_NFS_ROOT:-}}
  if [[ ! $root ]]; then
    root=$target/registry-root
    mkdir -p "$root" || fail "cannot create $root"
  fi
  [[ -e $root ]] || fail "root $root does not exist"
  [[ -d $root ]] || fail "root $root is not a directory"
  root=$(cd "$root" 2>/dev/null && pwd) || fail "root $root cannot be entered"
  can_write "$root" || fail "root $root is not writable"
  # The server itself creates no tree: an empty directory may be the mount point of an unmounted share
  [[ $(ls "$root") ]] || new_tree "$root"
}

stale() {
  [[ ! -f $war || ! -f $server/.complete || ! -f $target/lb/.complete ]] ||
    [[ $(find "$project/pom.xml" "$project/src/main" "$project/wildfly-config" -newer "$war" -print -quit) ]]
}

build() {
  local log=$target/serve-build.log line
  command -v mvn >/dev/null || fail "mvn is missing: install Maven, or build elsewhere"
  mkdir -p "$target"
  say "building; the first time this downloads WildFly and takes some minutes (log: $log)"
  (cd "$project" && exec mvn -B package -Dmaven.test.skip -Dspotless.check.skip) >"$log" 2>&1 &
  local maven=$! downloads=0
  trap 'kill $maven; exit 130' INT
  trap 'kill $maven; exit 143' TERM HUP
  while IFS= read -r line; do
    case $line in
      *'Downloaded from'*) ((++downloads % 50)) || say "  $downloads files downloaded" ;;
      '[INFO] --- '*)
        line=${line#*--- }
        say "  ${line%% *}"
        ;;
    esac
  done < <(tail --pid=$maven -n +1 -f "$log")
  if wait $maven; then
    # Not "trap -": where the caller ignores INT, as for a job in the background, bash would then die of it and set no other trap
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    touch -r "$lock" "$war" # later changes are for the next build
    return
  fi
  grep -m 5 '^\[ERROR\]' "$log" >&2 || tail -n 5 "$log" >&2
  fail "the build failed, see $log"
}

# Makes the class cache with one start, once for each server and JDK. Without it, starts only take longer
cache_when_needed() {
  local cache=$server/classes.aot
  ((${version:-0} >= 25)) || return 0
  if [[ $cache.jdk -nt $server/.complete ]] && cmp -s "$jdk/release" "$cache.jdk"; then return; fi
  say "starting once to make later starts faster"
  JAVA_HOME=$jdk "$project/ops/aot-cache" "$server" "$war" || say "no cache of classes was made; starts take longer without it"
}

# One build at a time: two scripts started together must not overwrite each other's
lock=$target/.serve-build.lock
build_when_needed() {
  mkdir -p "$target"
  exec 9>"$lock"
  if ! flock -n 9; then
    say "waiting for another ops/serve or ops/cluster that builds here"
    flock 9
  fi
  touch "$lock"
  if stale; then build; fi
  cache_when_needed
}
build_done() {
  flock -u 9
  exec 9>&-
}

# The reason for a failure, from the deployment scanner's file: the last cause
reason() {
  grep 'Caused by: ' "$1" | tail -n 1 |
    sed -E 's/^ *Caused by: ([A-Za-z0-9_$]+\.)*[A-Za-z0-9_$]+: //; s/\\*"[]}]*"?$//; s/\\+"/"/g' | grep . ||
    tr -s ' \n' ' ' <"$1"
}

# Why a server that has finished its start does not listen, from the boot errors in /health/ready. Empty if it has not started yet
# or has no errors.
boot_error() { # management port
  local answer
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 0
  printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
  answer=$(timeout 5 cat <&3 | tr -d '\\"') || :
  exec 3>&-
  [[ $answer == *'name:boot-errors,status:DOWN'* ]] || return 0
  answer=${answer#*name:boot-errors,}
  if [[ $answer =~ failed-services\ :\ \{[^\ ]+\ :\ ([^}]+)\} ]]; then
    answer=${BASH_REMATCH[1]}
  else
    answer=${answer#*failure-description : }
    answer=${answer%%\}*}
    answer=${answer%%, services-missing*}
  fi
  printf '%s' "$answer"
} 2>/dev/null

# Makes a certificate for localhost once. Sets certs, the directory with localhost.p12 and localhost.crt
self_signed() {
  certs=$target/serve-tls
  [[ ! -f $certs/localhost.p12 ]] || return 0
  mkdir -p "$certs"
  JAVA_HOME=$jdk "$project/ops/tls-keystore" --self-signed "$certs/localhost.p12" || exit
}

# For the admin console's user admin: sets password, and told, its description for the user
console_user() {
  password=${CONSOLE_PASSWORD:-}
  # shellcheck disable=SC2034 # for the scripts that source this
  told="the password that CONSOLE_PASSWORD has"
  [[ ! $password ]] || return 0
  password=$(head -c 15 /dev/urandom | base64 | tr '+/' 'xy')
  # shellcheck disable=SC2034
  told="password $password"
}

# Switches WildFly's admin console on, in a server's own directory and one of its configurations
console_on() {
  local base=$1 script=$1/console-on.cli hash
  {
    printf 'embed-server --std-out=discard --server-config=%s\n' "$2"
    cat "$project/wildfly-config/console-on.cli"
    printf '\nstop-embedded-server\n'
  } >"$script"
  # The script splits JAVA_OPTS at blanks
  JAVA_HOME=$jdk JDK_JAVA_OPTIONS="\"-Djboss.server.base.dir=$base\"" "$server/bin/jboss-cli.sh" --file="$script" \
    >"$script.log" 2>&1 || fail "the console cannot be switched on, see $script.log"
  # Like add-user.sh (the files do not end in a newline), but without the password on a command line, which others can see
  hash=$(printf %s "admin:ManagementRealm:$password" | md5sum)
  printf '\nadmin=%s\n' "${hash%% *}" >>"$base/configuration/mgmt-users.properties"
  printf '\nadmin=administrator\n' >>"$base/configuration/mgmt-groups.properties"
}
