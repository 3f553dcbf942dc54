#!/bin/bash
# A real S3 server for tests: Ceph's radosgw with one monitor and one in-memory store, all in one folder, none of it shared.
# Usage: start-rgw.sh FOLDER PORT MONITOR_PORT ACCESS_KEY SECRET_KEY
# Prints READY once it listens, and lives until its standard input closes: it ends with the process that started it, however that
# ends. Its daemons are its children, so that exactly they are stopped; the folder goes last.
set -eu
folder=$1 port=$2 monitor_port=$3 access_key=$4 secret_key=$5
daemons=()

finish() {
  trap - EXIT
  # In memory, nothing is worth a slow farewell.
  if ((${#daemons[@]})); then kill -KILL "${daemons[@]}" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

mkdir -p "$folder"/{mon,osd,run,rgw,log}
cd "$folder"
export CEPH_CONF=$folder/ceph.conf
fsid=$(cat /proc/sys/kernel/random/uuid)
cat > ceph.conf <<X
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$monitor_port]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true
mon allow pool size one = true
mon warn on pool no redundancy = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd max object name len = 1024
osd max object namespace len = 64
mon max pg per osd = 1000
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
ms mon client mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
run dir = $folder/run
admin socket = $folder/run/\$name.asok
pid file =
log file = $folder/log/\$name.log
debug mon = 0
debug osd = 0
debug ms = 0
debug rgw = 1
mon data = $folder/mon
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 8589934592
mon data avail warn = 2
mon data avail crit = 1
rgw data = $folder/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
rgw enable usage log = false
rgw thread pool size = 64
rgw run sync thread = false
rgw enable quota threads = false
rgw max chunk size = 4194304
keyring = $folder/keyring
X

# Runs a daemon in the foreground of the background, deaf to this script's own standard input.
start() { "$@" -c ceph.conf -f </dev/null >>log/daemons.log 2>&1 & daemons+=($!); }

ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' >/dev/null
monmaptool --create --addv a "[v2:127.0.0.1:$monitor_port]" --fsid "$fsid" monmap --clobber >/dev/null
ceph-mon -c ceph.conf --mkfs -i a --monmap monmap --keyring keyring >>log/daemons.log 2>&1
start ceph-mon -i a
osd=$(cat /proc/sys/kernel/random/uuid)
timeout 90 ceph -c ceph.conf osd new "$osd" </dev/null >/dev/null
ceph-osd -c ceph.conf -i 0 --mkfs --osd-uuid "$osd" >>log/daemons.log 2>&1
start ceph-osd -i 0
timeout 90 radosgw-admin -c ceph.conf user create --uid=studio --display-name=studio \
  "--access-key=$access_key" "--secret-key=$secret_key" </dev/null >/dev/null 2>>log/daemons.log
start radosgw -n client.admin

for _ in $(seq 240); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo READY
    # Blocks until whoever started this closes the pipe or dies.
    cat >/dev/null
    exit 0
  fi
  sleep 0.25
done
echo "radosgw did not listen within a minute:" >&2
tail -n 20 log/daemons.log >&2
exit 1
