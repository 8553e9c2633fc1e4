# Sits between a client and its mail server and takes STARTTLS (SMTP, IMAP) and STLS (POP3) out of
# what the server offers: the client believes that there is no TLS to be had (RFC 3207, section 6).
#   in:     started by Postfix's spawn(8) or Dovecot's script, with the client's connection as
#           standard input and output; arguments: the server's address and port
#   out:    the same words, but for those; the client's address goes ahead (PROXY protocol, version 1)
#   proved: tests/engine/test_profiles.py
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Socket;

my ($host, $port) = @ARGV;
my ($from_port, $from) = unpack_sockaddr_in(getpeername(STDIN));
my ($to_port, $to) = unpack_sockaddr_in(getsockname(STDIN));
# From another address than the server's own, so that the server does not take this for itself.
my $server = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, LocalAddr => '127.0.0.2')
  or exit 1;
my %other = (client => $server, server => \*STDOUT);
my %rest = (client => '', server => '');
my $begun = 0;    # a login or an envelope: from here on nobody asks for TLS any more

put($server, sprintf "PROXY TCP4 %s %s %d %d\r\n",
  inet_ntoa($from), inet_ntoa($to), $from_port, $to_port);
my $both = IO::Select->new(\*STDIN, $server);
while (1) {
  for my $ready ($both->can_read) {
    my $who = $ready == $server ? 'server' : 'client';
    sysread($ready, $rest{$who}, 65536, length $rest{$who}) or exit 0;
    while (!$begun and $rest{$who} =~ s/^(.*?\n)//) {
      $who eq 'server' ? from_server($1) : from_client($1);
    }
    pass_on($_) for $begun ? ('client', 'server') : ();
  }
}

sub from_server {
  my ($line) = @_;
  return if $line =~ /^(?:250-STARTTLS|STLS)\r?$/i;
  $line =~ s/^250 STARTTLS/250 HELP/i;    # the last line of the answer to EHLO
  $line =~ s/ (?:STARTTLS|LOGINDISABLED)\b//gi if $line =~ /CAPABILITY/i;
  put($other{server}, $line);
}

sub from_client {
  my ($line) = @_;
  if ($line =~ /^(?:(\S+) )?(STARTTLS|STLS)\r?$/i) {
    my $refusal = defined $1 ? "$1 BAD Unknown command." : uc $2 eq 'STLS' ? '-ERR Unknown command.'
      : '502 5.5.1 Error: command not implemented';
    return put(\*STDOUT, "$refusal\r\n");
  }
  $begun = 1 if $line =~ /^(?:MAIL|AUTH|USER|(?!EHLO)\S+ (?:LOGIN|AUTHENTICATE))[ :]/i;
  put($server, $line);
}

sub pass_on {
  my ($who) = @_;
  put($other{$who}, $rest{$who});
  $rest{$who} = '';
}

sub put {
  my ($where, $what) = @_;
  while (length $what) {
    my $written = syswrite($where, $what) or exit 0;
    substr($what, 0, $written) = '';
  }
}
