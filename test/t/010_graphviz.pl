# graph() draws whatever revisions are called, so that the programs can read it.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');

# Messages that mean something to one of the languages.
my @nasty = (
	'plain', q{double " quote}, q{back \\ slash}, q{ends in a back slash \\}, q{\\n and \\l and \\N}, q{"]; evil [label="x},
	q{<b>bold</b>}, q{<<TABLE>>}, q{a & b &amp; c}, q{{record | fields}}, q{[brackets] (parens)}, q{-->|edge| x}, q{end},
	q{%% comment}, q{// comment /* too */}, q{# hash #35;}, q{`ticks`}, q{a;b;c}, q{Ünïcödé — ☃ 🐘}, q{single ' quote},
	q{graph subgraph digraph node}, q{$dollar$}, q{:::class}, 'x' x 500, '');
# Ids: what the graph allows in them.
my @ids = map { sprintf 'id%02d', $_ } 0 .. $#nasty;
@ids[1 .. 9] = ('end', 'graph', 'é1', '1.5', 'a"b', 'a<b>', 'a&b', 'a\\b', 'subgraph');
foreach my $i (0 .. $#nasty)
{
	my ($status, $out, $err) = $node->psql('postgres',
		q{SELECT migrator.revision(:'message', rev_id => :'id', splice => true, head => ARRAY[:'head'],
			branch_label => ARRAY[:'label'])},
		extra_params => [ '-v', "message=$nasty[$i]", '-v', "id=$ids[$i]",
			'-v', 'head=' . ($i == 0 ? 'base' : $ids[ $i % 5 == 4 ? 0 : $i - 1 ]), '-v', "label=l$i\"<&\\>" ]);

	is($status, 0, "a revision \"$ids[$i]\" with the message \"" . substr($nasty[$i], 0, 30) . '" is stored') or diag $err;
}
query($node, q{SELECT migrator.revision('depends', rev_id => 'dep', head => '{base}', depends_on => '{id00,end}')});
query($node, q{SELECT count(*) FROM migrator.stamp('id11')});
push @ids, 'dep';
my $edges = $#nasty + 2;

# Graphviz.
my $dot = query($node, q{SELECT migrator.graph('dot')});
my $file = scratch_file($node, 'graph.dot', "$dot\n");
SKIP:
{
	my $known = eval { run_command([ 'dot', '-V' ]); 1 };
	skip 'dot is not installed', 6 unless $known;

	my ($svg, $err) = run_command([ 'dot', '-Tsvg', $file ]);
	is(join("\n", grep { !/fontconfig/i } split /\n/, $err), '', 'dot renders it without a complaint');
	like($svg, qr{</svg>\s*$}, 'to the end');
	my %title = map { from_xml($_) => 1 } $svg =~ m{<g id="[^"]+" class="node">\s*<title>([^<]*)</title>}g;
	my $text = join ' ', map { from_xml($_) } $svg =~ m{<text[^>]*>([^<]*)</text>}g;
	is(join(' ', grep { index($text, $_) < 0 } @ids), '', 'every id can be read in the picture');
	is(scalar(keys %title), scalar(@ids), 'there is a node for each, and no other');
	is(scalar(() = $svg =~ m{class="edge"}g), $edges, 'and an edge for each parent and dependency');
	is(join(' | ', grep { length $_ < 100 && index($text, $_) < 0 } @nasty), '', 'messages can be read as they are');
}

# Mermaid: a line for each node and edge, and nothing of a message outside of quotes.
my $mermaid = query($node, q{SELECT migrator.graph('mermaid')});
my ($first, @lines) = split /\n/, $mermaid;
my (%node, @edges, @strange);
like($first, qr/^(graph|flowchart) (TB|TD|BT|LR|RL)$/, 'mermaid: the first line says what it is');
foreach my $line (@lines)
{
	if ($line =~ /^\s*(\w+)[\[(]+"([^"]*)"[\])]+(:::\w+)?;?$/)
	{
		$node{$1} = $2;
	}
	elsif ($line =~ /^\s*(\w+)\s+(?:-->|-\.->|---|==>)\s*(?:\|[^|"]*\|)?\s*(\w+);?$/)
	{
		push @edges, [ $1, $2 ];
	}
	elsif ($line !~ /^\s*(classDef|class|style|linkStyle) [\w,: #-]+;?$|^\s*$/)
	{
		push @strange, $line;
	}
}
is(join("\n", @strange), '', 'mermaid: each line is a node, an edge or a style');
is(scalar(keys %node), scalar(@ids), 'mermaid: there is a node for each');
is(scalar(@edges), $edges, 'mermaid: and an edge for each parent and dependency');
is(join(' ', map { @$_ } grep { !exists $node{ $_->[0] } || !exists $node{ $_->[1] } } @edges), '', 'mermaid: edges lead from node to node');
my $texts = join ' ', map { from_mermaid($_) } values %node;
is(join(' ', grep { index($texts, $_) < 0 } @ids), '', 'mermaid: every id is in a label');
is(join(' ', grep { /^(end|graph|subgraph|default)$/ } keys %node), '', 'mermaid: no node has the name of a keyword');

# Text: a line begins with rails, and each revision has one line.
my $text = query($node, q{SELECT migrator.graph('text')});
is(join(' ', grep { $text !~ /^[| ]*\* [| ]*\Q$_\E(?:\s|$)/m } @ids), '',
	'text: every id has its line');
is(scalar(() = $text =~ /^[| ]*\* /mg), scalar(@ids), 'text: and there are no other lines of revisions');

done_testing();

# The text that XML stands for.
sub from_xml
{
	my ($text) = @_;
	my %entity = (lt => '<', gt => '>', amp => '&', quot => '"', '#160' => ' ');

	$text =~ s/&(\w+|#\d+);/$entity{$1} || chr substr $1, 1/ge;
	return $text;
}

# The text that a Mermaid label stands for.
sub from_mermaid
{
	my ($text) = @_;

	$text =~ s/#(\d+);/chr $1/ge;
	return $text;
}
