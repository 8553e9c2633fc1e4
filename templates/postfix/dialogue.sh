# Has Postfix log what clients and servers say, only while somebody wants to know.
#   in:     hold: as long as its input is open | keep: until drop | drop
#   source: https://www.postfix.org/DEBUG_README.html#debug_peer, flock(1)
# The lock tells who listens: it goes with its holder, were that killed.
cd /etc/labctl && [ -e debug_peers ] || exit 1
on() { grep -q '^0' debug_peers || { echo 0.0.0.0/0 >debug_peers && kill -HUP 1; }; }
off() { ! grep -q '^0' debug_peers || { echo '# nobody' >debug_peers && kill -HUP 1; }; }
exec 9>>dialogue.lock
case $1 in
hold)
    flock -s 9
    on
    echo ready
    cat >/dev/null
    flock -n -x 9 && [ ! -e dialogue.kept ] && off
    ;;
keep)
    : >dialogue.kept
    on
    ;;
drop)
    rm -f dialogue.kept
    flock -n -x 9 && off
    ;;
esac
exit 0
