# shellcheck shell=bash
# What the scripts of this folder share: an origin, peers and gateways that start on free ports and end with the script. A target
# is named nginx, authreq, haproxy, scg, zuul, or TRANSPORT/MODE for the gateway. Sourced, with `set -euo pipefail`.
#
# What the sourcing script may set before it starts anything: protocol (http1, tls, h2), and pin, origin_pin, load_pin (arrays such as
# `taskset -c 1`) for the proxies, the origin and the load.

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
source "$root/deploy/dist/lib.sh"
pin=()
origin_pin=()
load_pin=()
protocol=http1
work=$(mktemp -d)
chmod 755 "$work"
processes=()
order=()
declare -A port_of process_of admin_of

fail() {
  echo "benchmarks: $*" >&2
  exit 1
}

finish() {
  local process
  for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${processes[@]}"; do wait "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

[[ -r /proc/self/stat ]] || fail "needs Linux: CPU time is read from /proc"
java=$("$root/.mvn/find-jdk")/bin/java || fail "a JDK 25 or newer is needed"

needs() { # tool...
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null ||
      fail "\`$tool\` is missing; on Debian: apt-get install nginx-light wrk nghttp2-client util-linux curl openssl"
  done
}

await_port() { # port, process, seconds
  local deadline=$((SECONDS + $3))
  until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    kill -0 "$2" 2>/dev/null || return 1
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

answer='{"id":42,"state":"open","customer":"c-1031","lines":[{"sku":"a-17","count":2},{"sku":"b-04","count":1}],"total":"118.40","currency":"EUR","note":"leave it with the neighbour at number six"}'
answer=$(printf '%-191.191s' "$answer")
key='X-API-Key: benchmark-key-of-no-secrecy-0123456789'

# A key pair for the proxies, where the protocol wants TLS.
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/site.key" -out "$work/site.pem" 2>/dev/null
  cat "$work/site.pem" "$work/site.key" >"$work/site-and-key.pem"
}

fill() { # template, result
  local listen="" tls="" bind=""
  case $protocol in
    tls) listen=ssl bind="ssl crt $work/site-and-key.pem ssl-min-ver TLSv1.3" ;;
    h2) listen="ssl http2" bind="ssl crt $work/site-and-key.pem ssl-min-ver TLSv1.3 alpn h2" ;;
  esac
  [[ -z $listen ]] ||
    tls="ssl_certificate $work/site.pem; ssl_certificate_key $work/site.key; ssl_protocols TLSv1.3;"
  sed -e "s|@FOLDER@|$work|g; s|@PORT@|${port:-0}|g; s|@ORIGIN_PORT@|${origin_port:-0}|g; s|@DECISION_PORT@|${decision_port:-0}|g" \
    -e "s|@ANSWER@|$answer|g; s|@LISTEN@|$listen|g; s|@TLS@|$tls|g; s|@BIND@|$bind|g" "$here/config/$1" >"$work/$2"
}

start_nginx() { # configuration, the command that pins it
  "${@:2}" nginx -p "$work" -e stderr -c "$work/$1" -g 'daemon off;' &
  processes+=($!)
}

# The origin behind every proxy: a fixed answer, and bodies of the sizes that are named.
start_origin() { # sizes, such as 1KiB
  local size
  mkdir -p "$work/body"
  for size in "$@"; do
    head -c "$(numfmt --from=iec-i "${size%B}")" /dev/urandom >"$work/body/$size"
  done
  free_port && origin_port=$port
  fill nginx-origin.conf origin.conf
  start_nginx origin.conf "${origin_pin[@]}"
  await_port "$origin_port" "${processes[-1]}" 5 || fail "the origin does not start"
}

start_peer() { # nginx, authreq, haproxy, scg, zuul
  local decision="" seconds=5 tls=()
  if [[ $1 == authreq ]]; then
    free_port && decision_port=$port
    fill nginx-decision.conf decision.conf
    start_nginx decision.conf "${pin[@]}"
    decision=${processes[-1]}
  fi
  free_port && port_of[$1]=$port
  case $1 in
    nginx | authreq)
      [[ $1 == nginx ]] && fill nginx-proxy.conf nginx.conf || fill nginx-authreq.conf authreq.conf
      start_nginx "$1.conf" "${pin[@]}"
      ;;
    haproxy)
      fill haproxy.cfg haproxy.cfg
      "${pin[@]}" haproxy -db -q -f "$work/haproxy.cfg" &
      processes+=($!)
      ;;
    scg | zuul)
      local folder=$here/peers/zuul
      [[ $1 == scg ]] && folder=$here/peers/spring-cloud-gateway
      [[ $protocol == http1 ]] || tls=(--tls "$work/site.pem" "$work/site.key")
      "$here/peers/build" >"$work/peers.log" 2>&1 || { cat "$work/peers.log" >&2 && fail "the peers do not build"; }
      "${pin[@]}" "$folder/start" "$port" "$origin_port" "${tls[@]}" >"$work/$1.log" 2>&1 &
      processes+=($!)
      seconds=60
      ;;
  esac
  process_of[$1]="${processes[-1]} $decision"
  await_port "$port" "${processes[-1]}" $seconds || fail "$1 does not start"
  order+=("$1")
}

build_gateway() {
  GATEHOUSE_NO_BUILD="" "$root/gatehouse" version >"$work/version" || fail "the gateway does not build"
}

# What the built gateway runs on unless it is told: what GATEHOUSE_TRANSPORT names, or the best there is.
chosen_transport() { sed -n 's/^transport //p' "$work/version"; }

# Each gateway has to run on the transport that it was told to use. A mode that ends in @N runs with N event loops.
start_gateway() { # transport/mode
  local name=$1 transport=${1%%/*} mode=${1#*/} admin loops=1 folder settings got=nio
  [[ $mode == *@* ]] && loops=${mode#*@} && mode=${mode%@*}
  free_port && admin=$port
  free_port && port_of[$name]=$port
  folder=$work/$transport-$loops
  mkdir -p "$folder"
  settings=$here/config/$mode.yaml
  [[ -r $settings ]] || fail "there is no mode \`$mode\`"
  if [[ $protocol != http1 ]]; then
    sed "s|\(address: \"127.0.0.1:\${PORT}\"\) }|\1, tls: { certificates: [{ certificate: $work/site.pem, key: $work/site.key }] } }|" \
      "$settings" >"$folder/$mode.yaml"
    cp "$here"/config/*policies.yaml "$folder"
    settings=$folder/$mode.yaml
  fi
  PORT=$port ADMIN_PORT=$admin ORIGIN_PORT=$origin_port FOLDER=$folder GATEHOUSE_NO_BUILD=1 \
    GATEHOUSE_TRANSPORT=$transport GATEHOUSE_LOOPS=$loops \
    "${pin[@]}" "$root/gatehouse" run -c "$settings" >"$folder/$mode.log" 2>&1 &
  processes+=($!)
  process_of[$name]=$! admin_of[$name]=$admin && order+=("$name")
  if ! await_port "${port_of[$name]}" $! 60; then
    cat "$folder/$mode.log" >&2
    fail "the gateway does not start ($name)"
  fi
  case $(ls -l "/proc/$!/fd") in
    *'[io_uring]'*) got=io_uring ;;
    *) grep -qs libnetty_transport_native_epoll "/proc/$!/maps" && got=epoll ;;
  esac
  [[ $got == "$transport" ]] || fail "$name runs on $got"
}

url() { # target, path
  local scheme=https
  [[ $protocol == http1 ]] && scheme=http
  echo "$scheme://127.0.0.1:${port_of[$1]}${2:-/orders/42}"
}

check_answer() { # target
  local got version=--http1.1
  [[ $protocol == h2 ]] && version=--http2
  got=$(curl -sk "$version" -m 10 -w '%{http_version}' -H "$key" "$(url "$1")") || fail "$1 does not answer"
  [[ $protocol != h2 || $got == *2 ]] || fail "$1 does not speak HTTP/2"
  [[ $got == "$answer"* ]] || fail "$1 answers with something else: $got"
}

# CPU time of the processes of a target and their children, in clock ticks.
ticks() {
  local process children sum=0 user system
  for process in ${process_of[$1]}; do
    children=$(cat "/proc/$process/task/$process/children")
    for process in $process $children; do
      read -r user system < <(sed 's/.*) //' "/proc/$process/stat" | cut -d' ' -f12,13)
      sum=$((sum + user + system))
    done
  done
  echo "$sum"
}

# Waits until a virtual machine has compiled what it will: less than 2 % of a CPU over a second.
settle() {
  local before after _
  for _ in {1..20}; do
    before=$(ticks "$1")
    sleep 1
    after=$(ticks "$1")
    ((after - before > 2)) || return 0
  done
}

is_virtual_machine() { [[ $1 == */* || $1 == scg || $1 == zuul ]]; }

# Load that waits for each answer. Leaves `requests` and `rate`; fails where an answer was not a good one.
load() { # target, seconds, connections, path
  local text
  if [[ $protocol == h2 ]]; then
    local clients=$((($3 + 15) / 16))
    text=$("${load_pin[@]}" h2load -t1 -c"$clients" -m$(($3 / clients)) -D"$2" -H "$key" "$(url "$1" "$4")")
    requests=$(sed -n 's/^requests: .* \([0-9]*\) succeeded.*/\1/p' <<<"$text")
    rate=$(sed -n 's/^finished in .*, \([0-9.]*\) req\/s.*/\1/p' <<<"$text")
    grep -q '^status codes: .* 0 3xx, 0 4xx, 0 5xx' <<<"$text" || fail "$1 failed under load: $text"
    return
  fi
  text=$("${load_pin[@]}" wrk -t1 -c"$3" -d"$2s" --timeout 10s -H "$key" "$(url "$1" "$4")")
  grep -q -e 'Non-2xx' -e 'Socket errors' <<<"$text" &&
    fail "$1 failed under load: $(grep -e 'Non-2xx' -e 'Socket errors' <<<"$text")"
  requests=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' <<<"$text")
  rate=$(sed -n 's/^Requests\/sec: *//p' <<<"$text")
}

warm() { # target, seconds, connections, path
  local part
  # in short runs, so that connections that begin and end are part of what is compiled
  for ((part = 0; part < 6; part++)); do load "$1" $((($2 + 5) / 6)) "$3" "$4"; done
}

# The options that a virtual machine runs with, those of files among them.
flags() { # process
  local word
  tr '\0' '\n' <"/proc/$1/cmdline" | while read -r word; do
    case $word in
      @*) grep '^-' "${word#@}" ;;
      -[XD-]*) echo "$word" ;;
    esac
  done | tr '\n' ' '
}

# Machine, versions and flags, a line each.
facts() {
  local target
  echo "date=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  echo "commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null)$([[ -z $(git -C "$root" status --porcelain -- . ':!benchmarks/results' 2>/dev/null) ]] || echo '+changes')"
  echo "cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
  echo "cpus=$(nproc --all)"
  echo "kernel=$(uname -r)"
  echo "protocol=$protocol"
  echo "nginx=$(nginx -v 2>&1 | sed 's/.*nginx\///')"
  for target in "${order[@]}"; do
    case $target in
      haproxy) echo "haproxy=$(haproxy -v | sed -n 's/^HAProxy version \([^ ]*\).*/\1/p')" ;;
      scg) echo "scg=$(sed -n 's/.*<spring-cloud-gateway.version>\(.*\)<.*/\1/p' "$here/peers/spring-cloud-gateway/pom.xml")" ;;
      zuul) echo "zuul=$(sed -n 's/.*<zuul.version>\(.*\)<.*/\1/p' "$here/peers/zuul/pom.xml")" ;;
    esac
  done
  if [[ $protocol == h2 ]]; then
    echo "h2load=$(h2load --version | sed 's/.*nghttp2.//')"
  else
    echo "wrk=$( (wrk -v 2>&1 || true) | sed -n '1s/^wrk \([^ ]*\).*/\1/p')"
  fi
  if [[ -s $work/version ]]; then
    echo "gatehouse=$(tr '\n' ' ' <"$work/version")"
    for target in "${order[@]}"; do
      if [[ $target == */* ]]; then
        echo "flags=$(flags "${process_of[$target]}")"
        break
      fi
    done
  fi
}
