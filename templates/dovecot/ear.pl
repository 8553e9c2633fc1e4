# Tells what happens to the files of the Maildirs, and what IMAP and POP3 clients and Dovecot say.
#   in:     hold: as long as its input is open | keep: the dialogue, until drop | drop;
#           then the homes that matter (DOMAIN/NAME), none: all
#           once: keep, and what is written down, of sessions that went on after the SECONDS that follow
#   out:    a line each, its fields parted by tabs:
#             ready | file HOME WAS PATH | said LOG TIME SIZE TEXT | gap LOG BYTES | shut LOG
#   source: inotify(7), https://doc.dovecot.org/2.4.1/core/admin/rawlog.html
# Perl, because it is in the image: Debian itself needs it. Nothing here wakes up by itself.
use strict;
use warnings;
use Fcntl qw(:flock);
use POSIX ();

my ($how, @homes) = @ARGV;
my ($mail, $run, $on) = ('/srv/mail', '/run/rawlog', '/run/rawlog/on');
my ($WHOLE, $HEAD, $TAIL, $TEXT) = (65536, 16384, 4096, 1000);
my $ROOM = 1 << 20;    # bytes of one log that are kept while nobody else needs them
my ($MODIFY, $CLOSED, $FROM, $TO, $CREATE, $DELETE) = (0x2, 0x8, 0x40, 0x80, 0x100, 0x200);
my ($GONE, $DIR, $ONLYDIR) = (0x8000, 0x40000000, 0x01000000);
my $prefix = 18;    # "1795701660.731406 " before each line of a rawlog
$| = 1;
umask 077;

my $lock;    # held by all that listen; undefined in a lab that writes no dialogue
open($lock, '>>', "$run/lock") or undef $lock;
sub kept { return -e "$run/kept" }

sub off {
    return unless $lock && !kept() && flock($lock, LOCK_EX | LOCK_NB);
    opendir(my $logs, $on) or return;
    unlink map { "$on/$_" } grep { !/^\./ } readdir $logs;
    rmdir $on;
}

if ($how eq 'keep') {
    exit 1 unless $lock;
    open(my $flag, '>', "$run/kept") or exit 1;
    mkdir $on;
    opendir(my $logs, $on) or exit 1;
    unlink grep { -M $_ > 10 / 1440 } map { "$on/$_" } grep { !/^\./ } readdir $logs;
    exit 0;
}
if ($how eq 'drop') {
    unlink "$run/kept";
    off();
    exit 0;
}

# -- what is said ----------------------------------------------------------------------------------

my (%log, %pos, %deaf, @told, @lines);

sub said {
    my ($name, $raw) = @_;
    my ($time, $words) = $raw =~ /^([0-9]{1,12}\.[0-9]{6})[ :<>](.*)\z/s;
    return if !defined $time || $deaf{$name};
    if ($words =~ /^\x16\x03/) {    # TLS begins: from here on it is nothing to read
        $deaf{$name} = 1;
        return;
    }
    my $size = length $words;
    $words =~ s/\r?\n\z//;
    $words = substr($words, 0, $TEXT);
    $words =~ s/([\x00-\x08\x0a-\x1f\x7f])/sprintf '\\x%02x', ord $1/ge;
    push @told, [$time, scalar @told, "said\t$name\t$time\t$size\t$words\n"];
}

sub piece {
    my ($file, $at, $size) = @_;
    my $bytes = '';
    sysseek $file, $at, 0;
    while ($size > length $bytes) {
        sysread($file, $bytes, $size - length $bytes, length $bytes) or last;
    }
    return $bytes;
}

sub drain {
    my ($name, $last) = @_;
    return unless $name =~ /^[0-9-]+\.[0-9]+\.[0-9]+\.(?:in|out)\z/;
    if (!$log{$name}) {
        open($log{$name}, '<:raw', "$on/$name") or return delete $log{$name};
        $pos{$name} = 0;
    }
    my ($file, $end) = ($log{$name}, -s $log{$name});
    $pos{$name} = 0 if $end < $pos{$name};
    my $from = $pos{$name};
    my $begins = $end - $from > $WHOLE ? $HEAD : $end - $from;
    my $bytes = $deaf{$name} ? '' : piece($file, $from, $begins);
    my $whole = $last && $begins == $end - $from ? length $bytes : rindex($bytes, "\n") + 1;
    said($name, $_) for split /(?<=\n)/, substr($bytes, 0, $whole);
    $pos{$name} = $deaf{$name} ? $end : $from + $whole;
    if ($begins < $end - $from && !$deaf{$name}) {
        my ($skipped, $rest, $at) = (0, '', $pos{$name});
        while ($at < $end - $TAIL) {
            my $part = piece($file, $at, $WHOLE);
            last if $part eq '';
            $at += length $part;
            $rest = $part;
            $skipped += length($part) - $prefix * ($part =~ tr/\n//);
        }
        if ($rest !~ /\n\z/) {    # on to the end of a line
            my $more = piece($file, $at, $WHOLE);
            my $line = index($more, "\n") + 1 || length $more;
            $skipped += $line - $prefix;
            $at += $line;
        }
        push @told, [$told[-1] ? $told[-1][0] : 0, scalar @told, "gap\t$name\t$skipped\n"];
        $pos{$name} = $at;
        return drain($name, $last);
    }
    if (!$last && $how eq 'hold' && !kept() && $pos{$name} > $ROOM && $pos{$name} == -s $file) {
        truncate "$on/$name", 0 and $pos{$name} = 0;
    }
}

sub hand_over {
    print $_->[2] for sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @told;
    @told = ();
}

sub logs {
    opendir(my $folder, $on) or return;
    my @names = sort grep { !/^\./ } readdir $folder;
    return @names > 400 ? @names[-400 .. -1] : @names;
}

if ($how eq 'once') {    # and goes on being written down, had Dovecot been stopped since "keep"
    if ($lock && !kept()) { open(my $flag, '>', "$run/kept"); mkdir $on }
    drain($_, 1) for grep { (stat "$on/$_")[9] >= ($homes[0] || 0) } logs();
    hand_over();
    exit 0;
}

# -- what happens to files -------------------------------------------------------------------------

my %call = (    # inotify_init1, inotify_add_watch
    x86_64 => [294, 254], aarch64 => [26, 27], riscv64 => [26, 27], armv7l => [360, 317],
    i686 => [332, 292], ppc64le => [318, 276], s390x => [324, 285],
);
my ($init, $add) = @{ $call{ (POSIX::uname())[4] } || [] };
my $fd = defined $init ? syscall($init, 02004000) : -1;
my (%folder, %fresh, %moved);

sub clean {
    my ($words) = @_;
    $words =~ s/([\x00-\x1f\x7f])/sprintf '\\x%02x', ord $1/ge;
    return $words;
}

sub file {
    my ($was, $is) = @_;
    my ($home) = ($is || $was) =~ m{^\Q$mail\E/([^/]+/[^/]+)/Maildir/};
    s{^\Q$mail\E/[^/]+/[^/]+/Maildir/}{} for $was, $is;
    print join("\t", 'file', map { clean($_) } $home, $was, $is), "\n" if defined $home;
}

sub watch {
    my ($path, $mask) = @_;
    my $number = syscall($add, $fd, my $copy = $path, $mask + 0);
    $folder{$number} = $path if $number >= 0;
    return $number >= 0;
}

sub matters {    # a folder below the mail's root, by its path from there
    my ($path) = @_;
    my @parts = split m{/}, $path;
    return 0 if @parts > 5;
    if (@homes && @parts) {
        my $here = join '/', @parts[0 .. ($#parts > 1 ? 1 : $#parts)];
        return 0 unless grep { $_ eq $here || index($_, "$here/") == 0 } @homes;
    }
    return 0 if @parts > 2 && $parts[2] ne 'Maildir';
    return $parts[3] =~ /^(?:new|cur|\..+)\z/ if @parts == 4;
    return $parts[3] =~ /^\./ && $parts[4] =~ /^(?:new|cur)\z/ if @parts == 5;
    return 1;
}

sub look {
    my ($path, $new) = @_;
    my $inside = substr($path, length($mail) + 1 > length $path ? length $path : length($mail) + 1);
    return unless matters($inside);
    my $leaf = $path =~ m{/Maildir/(?:\.[^/]+/)?(?:new|cur)\z};
    watch($path, $CREATE | $TO | ($leaf ? $FROM | $DELETE : 0) | $ONLYDIR) or return;
    return if $leaf && !$new;
    opendir(my $there, $path) or return;
    for my $name (sort grep { $_ ne '.' && $_ ne '..' } readdir $there) {
        if (!$leaf) { look("$path/$name", $new) if -d "$path/$name" }
        else { $fresh{"$path/$name"} = 1; file('', "$path/$name") }
    }
}

my %closed;

sub event {
    my ($number, $mask, $cookie, $name) = @_;
    my $path = $folder{$number};
    return unless defined $path;
    if ($mask & $GONE) { delete $folder{$number}; return }
    if ($path eq $on) {
        $closed{$name} ||= $mask & $CLOSED unless $mask & $DELETE;
        return;
    }
    my $full = "$path/$name";
    if ($mask & $DIR) { look($full, $mask & $CREATE) if $mask & ($CREATE | $TO); return }
    return unless $path =~ m{/Maildir/(?:\.[^/]+/)?(?:new|cur)\z};
    if ($mask & $FROM) { $moved{$cookie} = $full }
    elsif ($mask & $DELETE) { delete $fresh{$full}; file($full, '') }
    elsif (!delete $fresh{$full}) { file(delete $moved{$cookie} // '', $full) }
    else { delete $moved{$cookie} }
}

flock($lock, LOCK_SH) if $lock;
mkdir $on if $lock;
for my $name (logs()) {    # of a session that goes on, what comes now
    drain($name) if open($log{$name}, '<:raw', "$on/$name") and $pos{$name} = -s $log{$name};
}
hand_over();
if ($fd >= 0) {
    watch($on, $MODIFY | $CLOSED | $CREATE | $ONLYDIR) if $lock;
    look($mail, 0);
}
print "ready\n";
my $wanted = '';
vec($wanted, 0, 1) = 1;
vec($wanted, $fd, 1) = 1 if $fd >= 0;
while (1) {
    my $readable = $wanted;
    my $news = select($readable, undef, undef, %moved ? 0.02 : $fd >= 0 ? undef : 0.3);
    next if $news < 0;
    if (vec($readable, 0, 1)) { sysread(STDIN, my $nothing, 4096) or last }
    if ($fd >= 0 && vec($readable, $fd, 1)) {
        POSIX::read($fd, my $events, 65536);
        while (defined $events && length $events >= 16) {
            my ($number, $mask, $cookie, $length) = unpack 'iIII', $events;
            (my $name = substr $events, 16, $length) =~ s/\0+\z//;
            substr($events, 0, 16 + $length) = '';
            event($number, $mask, $cookie, $name);
        }
    }
    elsif ($news == 0) {
        file($_, '') for values %moved;    # to where nobody looks
        %moved = ();
        $closed{$_} ||= 0 for $fd >= 0 ? () : logs();
    }
    if (%closed) {    # a command may be written down a moment later than its answer
        select(undef, undef, undef, 0.005);
        $closed{$_} ||= 0 for map { s/\.in\z/.out/r, s/\.out\z/.in/r } keys %closed;
    }
    drain($_, $closed{$_}) for sort keys %closed;
    hand_over();
    for my $name (grep { $closed{$_} } keys %closed) {
        delete @{$_}{$name} for \(%log, %pos, %deaf);
        unlink "$on/$name" unless kept();
        print "shut\t$name\n";
    }
    %closed = ();
}
off();
