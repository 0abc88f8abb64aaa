import { plain } from '../../core/delivery/json';
import { z } from 'zod';
import type { Fingerprint } from '../../core/audit';
import { rehearsalId, rehearsedDefaults } from '../deliver/rehearsal';
import { documentOf } from '../ledger/documents';
import type { Space } from '../../core/delivery/types';
import { type ServicePorts } from './store';

/** Most versions of a workflow that are remembered of one dry run. */
const MOST = 10;

const rehearsedSchema = rehearsedDefaults.extend({
	versions: z.array(
		z.object({
			workflow: z.string(),
			fingerprint: z.object({ hash: z.string(), nodes: z.record(z.string()), settings: z.string() }),
			at: z.number(),
		}),
	),
});

/** One version of a workflow that ran in a dry run. */
export type RehearsedVersion = Readonly<z.infer<typeof rehearsedSchema>['versions'][number]>;

/** The versions that ran in a dry run's key space, oldest first; empty when nobody wrote any down. */
export async function rehearsedIn(
	{ ledger }: Pick<ServicePorts, 'ledger'>,
	spine: string,
	space: Space,
): Promise<readonly RehearsedVersion[]> {
	const [record] = await ledger.records.get('rehearsal', [rehearsalId(spine, space)]);
	return record ? documentOf(record, rehearsedSchema).versions : [];
}

/** Writes down which version of a workflow runs in a dry run's key space, each once. */
export async function recordRehearsed(
	{ ledger, now }: ServicePorts,
	spine: string,
	space: Space,
	workflow: string,
	fingerprint: Fingerprint,
): Promise<void> {
	const id = rehearsalId(spine, space);
	for (let attempt = 0; attempt < 3; attempt += 1) {
		const [record] = await ledger.records.get('rehearsal', [id]);
		const body = record ? documentOf(record, rehearsedSchema) : { versions: [] };
		const known = body.versions;
		const same = (one: RehearsedVersion): boolean =>
			one.workflow === workflow && one.fingerprint.hash === fingerprint.hash;
		if (known.some(same)) return;
		const versions = [...known, { workflow, fingerprint, at: now() }].slice(-MOST);
		const outcome = await ledger.records.write(
			[
				{
					kind: 'rehearsal',
					id,
					spine,
					parent: null,
					body: plain({ ...body, versions }),
					expectedRevision: record?.revision ?? 0,
				},
			],
			[],
		);
		if (outcome.status === 'written') return;
	}
}

/** Writes down with which defaults a dry run rehearses, before it begins. */
export async function recordDefaults(
	{ ledger }: Pick<ServicePorts, 'ledger'>,
	spine: string,
	space: Space,
	defaults: Readonly<Record<string, string>>,
): Promise<void> {
	const body = plain({ versions: [], defaults });
	const write = { kind: 'rehearsal' as const, id: rehearsalId(spine, space), spine, parent: null, body };
	await ledger.records.write([{ ...write, expectedRevision: 0 }], []);
}
