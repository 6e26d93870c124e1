"""The servers that are compared: each starts, is stopped where it stands while it is another's turn, and ends."""

import argparse
import glob
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

OPS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICK = os.sysconf("SC_CLK_TCK")
HEAP = 256
CDN = "https://cdn.invalid"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def family(pid):
    """A process and its descendants."""
    children = {}
    for other in filter(str.isdigit, os.listdir("/proc")):
        try:
            children.setdefault(int(stat(other)[1]), []).append(int(other))
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


# Seconds to compile in, at most
SETTLING = 30
# Seconds to start in; more than any needs on a machine that is not busy with something else
PATIENCE = 300


class NotStarted(Exception):
    pass


class Server:
    """Of a kind: how it is started with what it shall serve, in a directory of its own."""

    name = kind = None
    java = False
    tls = None

    def __init__(self, work, root, certificate, variant=""):
        self.root, self.certificate, self.variant = root, certificate, variant
        self.work = os.path.join(work, self.kind + variant)
        self.process = None

    def start(self):
        """Starts it; returns the seconds to the first answer."""
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.port = free_port()
        self.tls = self.tls_port()
        self.log = os.path.join(self.work, "log")
        command, environment = self.command()
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - began > PATIENCE:
                self.stop()
                raise NotStarted(f"{self.name} does not start, see {self.log}")
            time.sleep(0.01)
        return time.monotonic() - began

    def tls_port(self):
        return None

    def answers(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            if self.variant == "-tls" and not self.java:
                context = ssl._create_unverified_context()
                connection = http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=5, context=context)
            connection.request("GET", self.probe())
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def probe(self):
        return "/v2/"

    def signal(self, number):
        for pid in self.workers():
            os.kill(pid, number)

    def workers(self):
        return family(self.process.pid)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def settle(self):
        """Waits until it does little that was not asked for: a JVM compiles, and with all cores busy hardly comes to it."""
        end = time.monotonic() + SETTLING
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before < 0.05:
                break

    def stop(self):
        if self.process and self.process.poll() is None:
            self.resume()
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def trim_log(self):
        os.truncate(self.log, 0)

    def cpu(self):
        """Seconds that it has used so far."""
        return sum(self.times())

    def times(self):
        """The same, in user mode and in the kernel."""
        found = [tuple(map(int, stat(pid)[11:13])) for pid in self.workers()]
        return tuple(sum(each) / TICK for each in zip(*found))

    def switches(self):
        """Context switches so far, of the threads that there are."""
        total = 0
        for pid in self.workers():
            for task in glob.iglob(f"/proc/{pid}/task/*/status"):
                try:
                    with open(task) as file:
                        total += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", file.read())))
                except (FileNotFoundError, ProcessLookupError):
                    pass  # it has ended
        return total

    def memory(self, what="VmRSS"):
        """MiB; VmHWM for the most there was."""
        total = 0
        for pid in self.workers():
            with open(f"/proc/{pid}/status") as file:
                found = re.search(rf"^{what}:\s+(\d+) kB", file.read(), re.M)
                total += int(found[1]) if found else 0
        return total / 1024


class Registry(Server):
    """Ours, as ops/serve starts it, but with the heap that is the target."""

    name = "this registry"
    kind = "registry"
    java = True
    jdk = None

    def command(self):
        # all loads come from one address
        options = [f"-Xmx{HEAP}m", "-Dregistry.http.max-requests-at-once=0"]
        environment = {}
        if self.tls:
            # the server's script splits options at blanks
            environment |= {"REGISTRY_TLS_ENABLED": "true", "REGISTRY_TLS_KEY_STORE": f"{self.certificate}.p12"}
            options.append(f"-Djboss.https.port={self.tls}")
        if self.variant == "-redirect":
            environment |= {"REGISTRY_CDN_URL": CDN, "REGISTRY_CDN_PROBE": "false"}
        environment |= {"JAVA_OPTS": " ".join(options), "JAVA_HOME": self.jdk}
        return [f"{OPS}/{self.script()}", "--port", str(self.port), "--root", self.root], environment

    def script(self):
        return "serve"

    def tls_port(self):
        return free_port() if self.variant == "" and self.certificate else None

    def workers(self):
        return [pid for pid in family(self.process.pid) if self.is_java(pid)]

    @staticmethod
    def is_java(pid):
        try:
            return os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "java"
        except FileNotFoundError:
            return False

    def heap(self):
        """MiB in use, garbage included, and MiB taken from the system for it."""
        used = committed = 0
        for pid in self.workers():
            said = subprocess.run([f"{self.jdk}/bin/jcmd", str(pid), "GC.heap_info"], capture_output=True, text=True).stdout
            for first, second in re.findall(r"(?:heap|Gen|generation)\s+total (?:reserved \d+K, committed )?(\d+)K, used (\d+)K", said):
                committed += int(first) / 1024
                used += int(second) / 1024
        return used, committed


class Cluster(Registry):
    """Two of ours behind the load balancer."""

    name = "two behind the front"
    kind = "cluster"

    def script(self):
        return "cluster"

    def tls_port(self):
        return None

    def answers(self):
        with open(self.log) as log:
            return "cluster: ready" in log.read() and super().answers()


class DockerRegistry(Server):
    """Debian's docker-registry with Debian's configuration, less its authentication."""

    name = kind = "docker-registry"

    def command(self):
        return ["docker-registry", "serve", self.configuration()], {}

    def configuration(self):
        path = os.path.join(self.work, "config.yml")
        redirect = f"\nmiddleware:\n  storage:\n    - name: redirect\n      options:\n        baseurl: {CDN}\n"
        with open(path, "w") as file:
            file.write(f"""version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: {self.root}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:{self.tls or self.port}
  headers:
    X-Content-Type-Options: [nosniff]
{self.tls_lines()}
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
{redirect if self.variant == "-redirect" else ""}""")
        return path

    def tls_port(self):
        return free_port() if self.variant == "-tls" else None

    def tls_lines(self):
        return f"  tls:\n    certificate: {self.certificate}.crt\n    key: {self.certificate}.key" if self.tls else ""


class Peer(DockerRegistry):
    """Another registry, as the user's command starts it."""

    shell = ""

    @classmethod
    def of(cls, text):
        """A kind of server, from NAME=COMMAND."""
        name, equals, shell = text.partition("=")
        if not (re.fullmatch("[a-z0-9.-]+", name) and equals and shell):
            raise argparse.ArgumentTypeError(f"not NAME=COMMAND, with a name in lower case: {text}")
        return type("Peer", (cls,), {"name": name, "kind": name, "shell": shell})

    def command(self):
        own = os.path.join(self.work, "own")
        os.makedirs(own, exist_ok=True)
        environment = {"PORT": str(self.port), "ROOT": self.root, "OWN": own, "CONFIG": self.configuration()}
        return ["bash", "-euc", self.shell], environment

    def tls_port(self):
        return None


class Nginx(Server):
    """What the machine can do: files sent as they are, no log, bodies stored without a look at them."""

    name = kind = "nginx"

    def command(self):
        path = os.path.join(self.work, "nginx.conf")
        top = os.path.join(self.root, "docker", "registry", "v2")
        tls = f"""listen 127.0.0.1:{self.tls} ssl backlog=4096;
    ssl_certificate "{self.certificate}.crt";
    ssl_certificate_key "{self.certificate}.key";""" if self.tls else ""
        with open(path, "w") as file:
            file.write(f"""daemon off;
{"user root;" if os.getuid() == 0 else ""}
worker_processes auto;
worker_rlimit_nofile 8192;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  client_body_temp_path "{self.root}/.nginx";
  proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  default_type application/octet-stream;
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    {tls}
    root "{top}";
    location /answers/ {{ root "{self.root}"; default_type application/json; }}
    location /redirect/ {{ return 302 {CDN}$uri; }}
    location /put/ {{ root "{self.root}"; dav_methods PUT; create_full_put_path on; }}
  }}
}}
""")
        return ["nginx", "-p", self.work, "-c", path, "-e", "error.log"], {}

    def tls_port(self):
        return free_port() if self.certificate else None

    def probe(self):
        return "/answers/version"


def certificate(directory):
    """A key for localhost that all of them use; returns its path without the suffix."""
    path = os.path.join(directory, "localhost")
    if not os.path.exists(path + ".p12"):
        os.makedirs(directory, exist_ok=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "3650", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", path + ".key", "-out", path + ".crt"], check=True, capture_output=True)
        subprocess.run([f"{OPS}/tls-keystore", "--cert", path + ".crt", "--key", path + ".key", path + ".p12"], check=True)
    return path


def build():
    """Builds what is to be measured where it is out of date; returns the JDK that ops/serve would run it with."""
    script = 'project=$0 name=bench; . "$project/ops/lib.sh"; find_jdk; build_when_needed; build_done; printf %s "$jdk"'
    built = subprocess.run(["bash", "-euc", script, os.path.dirname(OPS)], stdout=subprocess.PIPE, text=True)
    if built.returncode:
        raise SystemExit(1)
    return built.stdout
