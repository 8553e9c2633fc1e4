# Greylisting (RFC 6647): who writes to somebody here for the first time is asked to come back later.
# A mail server does, a spammer's program often does not.
#   in:     a request of Postfix's smtpd: lines name=value, then an empty one
#   out:    action=450 the first time, and action=dunno some seconds later
#   source: https://www.postfix.org/SMTPD_POLICY_README.html
#   proved: tests/engine/test_profiles.py
use strict;
use warnings;
use Fcntl ':flock';

my $known = '/dev/shm/greylist';    # one line each: seconds since the epoch, client/sender/recipient
my $wait = 5;                       # seconds; minutes in real life
my $begun = (stat __FILE__)[10];    # when this list was switched on: what was before does not count
$| = 1;

my %asked;
while (my $line = <STDIN>) {
  chomp $line;
  if ($line =~ /^(.*?)=(.*)$/) { $asked{$1} = $2; next; }
  my $since = first_seen(lc join '/', map { $asked{$_} // '' } qw(client_address sender recipient));
  print time - $since < $wait
    ? "action=450 4.2.0 Greylisted (RFC 6647): please try again in $wait seconds\n\n"
    : "action=dunno\n\n";
  %asked = ();
}

sub first_seen {
  my ($who) = @_;
  open my $file, '+>>', $known or return 0;
  flock $file, LOCK_EX;
  seek $file, 0, 0;
  while (my $line = <$file>) {
    chomp $line;
    my ($time, $same) = split / /, $line, 2;
    return $time if $same eq $who and $time >= $begun;
  }
  print {$file} time, " $who\n";
  return time;
}
