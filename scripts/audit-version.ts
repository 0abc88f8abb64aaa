import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/**
 * Writes `core/audit/version.ts`, the digest of everything by which the audit judges. Evidence is bound to it, so that
 * what was proven under other rules is proven again: `npx tsx scripts/audit-version.ts`.
 */
const ROOM = resolve(__dirname, '../core/audit');
const FILE = join(ROOM, 'version.ts');

/** Text that says the same however it is written: no comments, no types, one form of blanks. */
function meaningOf(name: string, text: string): string {
	if (name.endsWith('.json')) return JSON.stringify(JSON.parse(text));
	const { outputText } = ts.transpileModule(text, {
		compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true },
	});
	return outputText.replace(/\s+/g, ' ');
}

/** Digest (SHA-256, hex) of rule sources by name; their order, comments, types and form do not count. */
export function rulesDigest(sources: Readonly<Record<string, string>>): string {
	const hash = createHash('sha256');
	for (const [name, text] of Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)))
		hash.update(`${name}\n${meaningOf(name, text)}\n`);
	return hash.digest('hex');
}

/** The sources by which the audit judges: all of `core/audit/` but its reports and the digest itself. */
export function ruleSources(): Record<string, string> {
	const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter(
		(file) => /\.(ts|json)$/.test(file) && !file.startsWith(`report${sep}`) && file !== 'version.ts',
	);
	return Object.fromEntries(
		files.map((file) => [relative('', file).split(sep).join('/'), readFileSync(join(ROOM, file), 'utf8')]),
	);
}

if (require.main === module) {
	const digest = rulesDigest(ruleSources());
	writeFileSync(
		FILE,
		`// Written by \`npx tsx scripts/audit-version.ts\`; do not edit.\n/** Digest of the sources by which the audit judges. */\nexport const RULES_DIGEST = '${digest}';\n`,
	);
	console.log(`core/audit/version.ts: ${digest}`);
}
