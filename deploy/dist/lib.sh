# shellcheck shell=bash
# What the scripts that make and try the distribution share, and those that start servers. Sourced, with `root` set to the root of the
# repository.

# Sets `port` to one that nobody listens on, another each time. Below the ephemeral range, so that no client's connection takes it
# meanwhile.
next_port=$((20000 + RANDOM % 8000))
free_port() {
  while (: <"/dev/tcp/127.0.0.1/$next_port") 2>/dev/null; do next_port=$((next_port + 1)); done
  port=$next_port
  next_port=$((next_port + 1))
}

# The version of the project, which its own pom.xml names first.
project_version() { sed -n '/<version>/ { s/.*<version>\(.*\)<.*/\1/p; q }' "$root/pom.xml"; }

# A digest of all that the distribution is made of: two trees with the same one give the same program.
sources_digest() {
  (
    cd "$root"
    find pom.xml LICENSE */pom.xml */src/main deploy/dist deploy/systemd config/examples/minimal.yaml \
      \( -path testkit -o -path 'testkit/*' -o -path 'benchmarks/*' \) -prune -o -type f -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
  )
}

# What the distribution says of its origin, in the file BUILD.
build_facts() {
  echo "commit=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
  echo "sources=$(sources_digest)"
}

# Sets `home` to the distribution's folder, and fails where it is not there or was made of other sources.
find_distribution() {
  home=$root/gateway/target/gatehouse-$(project_version)
  [[ -s $home/lib/gatehouse.aot && -r $home/BUILD ]] || return 1
  [[ $(sed -n 's/^sources=//p' "$home/BUILD") == "$(sources_digest)" ]]
}

# Sets `home`, and makes the distribution unless it is that of the present sources.
need_distribution() {
  find_distribution && return
  echo "making the distribution of the present sources" >&2
  JAVA_HOME=$("$root/.mvn/find-jdk") mvn -q -B -f "$root/pom.xml" -Pdist -DskipTests -pl gateway -am package && find_distribution
}
