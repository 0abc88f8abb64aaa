import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../../..');

/** Files that a module loads at once, itself included, by its imports that are no types; what is imported later counts not. */
function loaded(file: string, seen = new Set<string>()): ReadonlySet<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
	for (const statement of source.statements) {
		const isImport = ts.isImportDeclaration(statement);
		if (!isImport && !ts.isExportDeclaration(statement)) continue;
		const { moduleSpecifier } = statement;
		if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.'))
			continue;
		if (isImport ? typesOnly(statement.importClause) : statement.isTypeOnly) continue;
		const found = ts.resolveModuleName(moduleSpecifier.text, file, {}, ts.sys).resolvedModule;
		if (found?.extension === String(ts.Extension.Ts)) loaded(found.resolvedFileName, seen);
	}
	return seen;
}

function typesOnly(clause: ts.ImportClause | undefined): boolean {
	if (!clause) return false;
	if (clause.isTypeOnly) return true;
	const bindings = clause.namedBindings;
	return (
		!clause.name &&
		bindings !== undefined &&
		ts.isNamedImports(bindings) &&
		bindings.elements.every(({ isTypeOnly }) => isTypeOnly)
	);
}

const loads = (name: string, what: RegExp): string[] => {
	const files = [...loaded(join(root, 'nodes', `${name}/${name}.node.ts`))].map((file) =>
		relative(root, file),
	);
	expect(files.length).toBeGreaterThan(20);
	return files.filter((file) => what.test(file));
};

it.each(['StabilizationCheck', 'RollbackSnapshot', 'DueDeliveries', 'DeliveryCommit'])(
	'%s loads neither the proofs of the audit nor its report',
	(name) => expect(loads(name, /core\/audit\/(report|proofs)\//)).toEqual([]),
);

it('Release, which asks the audit, loads nothing of its report', () => {
	expect(loads('Release', /core\/audit\/report\//)).toEqual([]);
});
