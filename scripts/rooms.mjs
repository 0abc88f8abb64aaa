// Counts files and lines by room in two commits and writes the table into docs/internals/architecture.md:
// `node scripts/rooms.mjs [before] [after]`. Lines are those of `git archive COMMIT ROOM | tar -xO | wc -l`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const page = path.join(root, 'docs', 'internals', 'architecture.md');
const [before = 'f4318bd', after = 'HEAD'] = process.argv.slice(2);
const rooms =
	'core app adapters nodes credentials cli sandbox testbed scenarios workflows test bench scripts docs'.split(
		' ',
	);

const git = (...args) =>
	execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 }).trimEnd();
const listed = (commit, ...rooms) =>
	git('ls-tree', '-r', '--name-only', commit, '--', ...rooms)
		.split('\n')
		.filter(Boolean);
/** Files and lines of one room; `null` where the commit does not have it. */
const measure = (commit, room) => {
	const files = listed(commit, room).length;
	if (files === 0) return null;
	const lines = execFileSync('sh', ['-c', 'git archive "$1" "$2" | tar -xO | wc -l', 'sh', commit, room], {
		cwd: root,
		encoding: 'utf8',
	});
	return { files, lines: Number(lines) };
};

const number = (value) => value.toLocaleString('en');
const cell = (room) => (room === null ? '' : `${number(room.files)} / ${number(room.lines)}`);
const name = (commit) => `\`${git('rev-parse', '--short=7', commit)}\``;
const rows = rooms
	.map((room) => [`\`${room}/\``, cell(measure(before, room)), cell(measure(after, room))])
	.filter(([, ...cells]) => cells.some(Boolean));
const table = [
	['Files / lines', `${name(before)}, before the rooms`, `${name(after)}, now`],
	['---', '---', '---'],
	...rows,
	['all files', number(listed(before).length), number(listed(after).length)],
].map((row) => `| ${row.join(' | ')} |`);
const [begin, end] = ['<!-- rooms: node scripts/rooms.mjs -->', '<!-- /rooms -->'];
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from === -1 || to === -1) throw new Error(`${page} has no place for the table.`);
writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table.join('\n')}\n\n${text.slice(to)}`);
