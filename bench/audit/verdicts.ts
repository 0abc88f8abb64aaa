import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { auditInstance, behaviourHash, parseAuditPolicy, parseWorkflows } from '../../core/audit';
import { ReleaseGateError } from '../../core/errors';
import { ATTACKS } from '../../testbed/audit/attacks';
import { FOREIGN } from '../../testbed/audit/foreign';
import { KEY_ATTACKS } from '../../testbed/audit/keys/attacks';
import { asking, keyedBy, POLICY } from '../../testbed/audit/keys/base';
import { KEY_SAFE } from '../../testbed/audit/keys/safe';
import { bases } from '../../testbed/audit/mutations/bases';
import { classMutants } from '../../testbed/audit/mutations/by-class';
import { SAFE, safeSpine } from '../../testbed/audit/safe';
import { sized } from '../../testbed/audit/sized';
import { STAND_INS } from '../../testbed/audit/spine';
import { addresses } from '../../testbed/audit/trial-spine';
import { templateFiles } from '../../testbed/template-files';

/**
 * Everything the audit says of every workflow this repository has: templates, attacks, safe spines, mutants, large ones. For
 * changes that must not change an answer, e.g. of speed.
 *
 *     npm run audit:verdicts               # keeps the digests in .cache/audit-verdicts.json
 *     npm run audit:verdicts -- compare    # names each workflow of which the audit says something else now; exit 1 if any
 */
const KEPT = join(__dirname, '../../.cache/audit-verdicts.json');
const PORT = 8099;
const policy = parseAuditPolicy({ ...POLICY, ...STAND_INS }, 'stand-ins');

/** A name, and the workflows that are audited together as n8n exports them; the first one is asked about. */
type Asked = readonly [name: string, workflows: readonly unknown[]];

function* corpus(): Generator<Asked> {
	for (const { id, path } of templateFiles())
		yield [`template ${id}`, [JSON.parse(readFileSync(path, 'utf8'))]];
	const attacks = [...Object.values(ATTACKS).flat(), ...FOREIGN, ...KEY_ATTACKS];
	for (const { is, does, workflow, others = [] } of attacks)
		yield [`attack ${is} ${does}`, [workflow, ...others]];
	for (const [name, changes] of Object.entries(SAFE)) yield [`safe ${name}`, [safeSpine(changes)]];
	for (const [name, changes] of Object.entries(KEY_SAFE)) yield [`safe key ${name}`, [keyedBy(...changes)]];
	yield ['safe key asking', [keyedBy(asking)]];
	const { send, crm } = addresses(PORT);
	for (const base of bases(PORT))
		for (const { is, operator, what, workflow } of classMutants(base.make, send, crm))
			yield [`mutant ${base.name} ${is} ${operator} ${what}`, [workflow]];
	for (let seed = 0; seed < 50; seed += 1) yield [`200 nodes ${seed}`, [sized(200, seed)]];
}

/** SHA-256 (hex) of the whole report, without the hash that changes with the text of the rules. */
function said(workflows: readonly unknown[]): string {
	let answer: unknown;
	try {
		const read = workflows.flatMap((one, at) => parseWorkflows(JSON.stringify(one), `workflow ${at}`));
		const report = auditInstance(read, { policy })[0];
		const { hash: _hash, ...workflow } = report?.workflow ?? { hash: '' };
		answer = { ...report, workflow, behaviour: read[0] && behaviourHash(read[0]) };
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		answer = error.message;
	}
	return createHash('sha256').update(JSON.stringify(answer)).digest('hex');
}

function main([verb]: readonly string[]): void {
	const now: Record<string, string> = {};
	for (const [name, workflows] of corpus()) {
		// Mutants of one name differ in what they do.
		const digest = said(workflows);
		const before = now[name];
		now[name] =
			before === undefined
				? digest
				: createHash('sha256')
						.update(before + digest)
						.digest('hex');
	}
	const all = createHash('sha256').update(JSON.stringify(now)).digest('hex');
	console.log(`${Object.keys(now).length} workflows, all answers together ${all}`);
	if (verb !== 'compare') {
		mkdirSync(dirname(KEPT), { recursive: true });
		writeFileSync(KEPT, JSON.stringify(now));
		return;
	}
	const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as Record<string, string>;
	const names = [...new Set([...Object.keys(kept), ...Object.keys(now)])];
	const differ = names.filter((name) => kept[name] !== now[name]);
	for (const name of differ) console.log(`differs: ${name}`);
	console.log(`${differ.length} of ${names.length} differ`);
	process.exitCode = differ.length === 0 ? 0 : 1;
}

main(process.argv.slice(2));
