// Asks the registry for advisories against what is inside the bundle. The package has no dependencies, so `npm audit` of
// a user sees nothing of it. Reads dist/sbom.cdx.json; exits with 1 for an advisory, 2 where nobody could be asked.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const file = path.join(root, 'dist', 'sbom.cdx.json');
if (!existsSync(file)) {
	console.error('There is no dist/sbom.cdx.json: run `npm run build` first.');
	process.exit(2);
}
const { components = [] } = JSON.parse(readFileSync(file, 'utf8'));
const named = components.map(({ group, name, version }) => [group ? `${group}/${name}` : name, version]);

const folder = mkdtempSync(path.join(tmpdir(), 'release-gate-audit-'));
try {
	const dependencies = Object.fromEntries(
		named.map(([name, version]) => [
			`bundled-${name.replace(/\W/g, '-')}-${version}`,
			`npm:${name}@${version}`,
		]),
	);
	writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
	const npm = (...args) => spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
	const locked = npm(
		'install',
		'--package-lock-only',
		'--ignore-scripts',
		'--legacy-peer-deps',
		'--no-fund',
		'--no-audit',
	);
	const audit = locked.status === 0 ? npm('audit', '--json') : locked;
	let answer;
	try {
		answer = JSON.parse(audit.stdout);
	} catch {
		answer = {};
	}
	const found = answer.metadata?.vulnerabilities;
	if (!found) {
		console.error(
			`Nobody could be asked about the ${named.length} bundled libraries: ${answer.message ?? audit.stderr.trim()}`,
		);
		process.exitCode = 2;
	} else {
		console.log(`${named.length} bundled libraries, ${found.total} advisories`);
		for (const [name, { severity, via }] of Object.entries(answer.vulnerabilities ?? {}))
			console.log(`  ${severity} ${name}: ${via.map((entry) => entry.title ?? entry).join('; ')}`);
		process.exitCode = found.total > 0 ? 1 : 0;
	}
} finally {
	rmSync(folder, { recursive: true });
}
