# shellcheck shell=bash
# What collect, retain and scrub share, which source this file: they start a job on an instance, and show how far the job is. They set
# here, name and job. The package's command sets the variables OCI_REGISTRY_* and JBOSS_HOME.

: "${here:?}" "${name:?}" "${job:?}"
# shellcheck source=ops/server.sh
. "$here/server.sh"

command=${OCI_REGISTRY_COMMAND:-ops/$name}
controller=${OCI_REGISTRY_CONTROLLER:-127.0.0.1:9990}
action=start
parameters=()

job_options() {
  cat <<TEXT
  --controller HOST:PORT  management address of the instance (default $controller). A PORT alone is one of this host.
                          In a clone, the banner of ops/serve shows the address
  --stop                  start nothing, but stop the job if it runs on that instance
  --version               which version this is
  --help                  this text

Exit codes, for cron:
  0  done
  1  failed, or the instance does not answer; the next run goes on where this one ended
  2  wrong use
  3  a scrub found problems, or the storage failed for some files of a collection or of retention
  4  refused; the last line says why
  5  stopped; the next run goes on where this one ended

Environment:
  JBOSS_HOME  a WildFly whose bin/jboss-cli.sh is used (default in a clone: target/server)
  JAVA_HOME   the JDK to run it with, if it is 21 or later; else the newest in /usr/lib/jvm,
              else the first java on the PATH
  JAVA_OPTS   its options; if the instance requires a user, -Dwildfly.config.url=FILE names Elytron's client configuration
TEXT
}

misused() {
  say "$*, see $command --help"
  exit 2
}

# One of the options above. Sets shift_by, and returns false if it is none
# shellcheck disable=SC2034 # for the scripts that source this
job_option() {
  shift_by=1
  case $1 in
    --controller)
      [[ ${2-} ]] || misused "option $1 needs a value"
      controller=$2
      shift_by=2
      ;;
    --controller=*) controller=${1#*=} ;;
    --dry-run) parameters+=(dry-run=true) ;;
    --stop) action=stop ;;
    --version) exec "$here/version" ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) return 1 ;;
  esac
}

batch=/deployment=registry.war/subsystem=batch-jberet

# A command of the CLI. The answer: in $answer
ask() {
  answer=$("$cli" --connect --controller="remote+http://$controller" --timeout=30000 --command="$1" </dev/null 2>&1)
}
field() { sed -n "s/^ *\"$1\" => \"\(.*\)\",\{0,1\}\$/\1/p" <<<"$answer" | head -n 1; }
unreachable() {
  printf '%s\n' "$answer" >&2
  fail "$controller $1"
}

# Sets ids to the executions that run on the instance
find_running() {
  local id='' line
  ids=''
  if ! ask "$batch/job=$job:read-children-resources(child-type=execution,include-runtime=true)"; then
    # There is no such resource before the first execution
    ask "$batch:read-attribute(name=job-xml-names)" || unreachable "does not say which jobs run"
    return 0
  fi
  while IFS= read -r line; do
    if [[ $line =~ \"([0-9]+)\"\ =\>\ \{ ]]; then id=${BASH_REMATCH[1]}; fi
    if [[ $line =~ \"batch-status\"\ =\>\ \"(STARTING|STARTED|STOPPING)\" ]]; then ids+=" $id"; fi
  done <<<"$answer"
}

stop_job() {
  local id ids
  find_running
  [[ $ids ]] || say "the job does not run at $controller"
  for id in $ids; do
    ask "$batch:stop-job(execution-id=$id)" || unreachable "does not stop job $id"
    say "stopping job $id"
  done
  exit 0
}

# Starts the job, shows how far it is, and exits with its code
run_job() {
  local IFS=, id status words='' before='' missed=0
  ask "$batch:start-job(job-xml-name=$job,properties={${parameters[*]}})" || unreachable "does not start the job"
  id=$(sed -n 's/^ *"result" => \([0-9]*\)L*$/\1/p' <<<"$answer")
  [[ $id ]] || unreachable "does not say which job it started"
  say "job $id runs at $controller; $command --stop stops it"
  while :; do
    if ask "$batch/job=$job/execution=$id:read-resource(include-runtime=true)"; then
      missed=0
      status=$(field batch-status)
      words=$(field exit-status)
      case $status in
        STARTING | STARTED | STOPPING) ;;
        *) break ;;
      esac
      [[ ! $words || $words == "$before" ]] || say "$words"
      before=$words
    elif ((++missed >= 5)); then
      unreachable "does not answer any more; the next run goes on where this one ended"
    fi
    sleep "${JOB_POLL:-2}"
  done
  printf '%s\n' "$words"
  case $words in
    DONE:*) exit 0 ;;
    PROBLEMS:*) exit 3 ;;
    REFUSED:*) exit 4 ;;
    STOPPED:*) exit 5 ;;
    *) exit 1 ;;
  esac
}

job_main() {
  # A PORT alone
  if is_port "$controller"; then controller=127.0.0.1:$controller; fi
  { [[ $controller == ?*:* ]] && is_port "${controller##*:}"; } || misused "not a management address: '$controller'"
  find_jdk
  cli=${JBOSS_HOME:-$here/../target/server}/bin/jboss-cli.sh
  [[ -x $cli ]] || fail "$cli is missing; build first, or set JBOSS_HOME"
  # It starts every few seconds, and runs for a moment
  JAVA_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${JAVA_OPTS:-}"
  # JDK 24 and later warn of what WildFly's own libraries do
  ((version < 24)) || JAVA_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED $JAVA_OPTS"
  export JAVA_HOME=$jdk JAVA_OPTS
  unset JBOSS_HOME
  if [[ $action == stop ]]; then stop_job; else run_job; fi
}
