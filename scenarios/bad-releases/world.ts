import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime, Duration } from 'luxon';
import { addContacts } from '../crash/world';
import { eventsLogin, sandboxCredentials } from '../../testbed/credentials';
import type { Slots } from '../../testbed/judge';
import type { SpineMode } from '../../core/delivery/spine-settings';
import { connectOwnApi } from '../../testbed/n8n/own-api';
import { publishWorkflow, saveWorkflow } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import { prepared } from '../../testbed/prepared';
import { contentDeliveryMapping } from '../../testbed/standins';
import { startWorld, type World } from '../../testbed/world';
import { Clerk } from './clerk';
import { overrides } from './policy';

/** The workflow every release here changes. */
export const spineWorkflow = 'content-delivery-spine';

/** Time is compressed: slots of minutes instead of two days; half a slot's window; nothing moves the clock. */
export interface Rhythm {
	/** Length of a slot, seconds. */
	readonly every: number;
	/** How long a slot stays open, seconds. */
	readonly window: number;
	readonly contacts: number;
}

/** Seconds between two looks of the monitor. */
export const looksEvery = 15;

/** How often each template runs; as shipped these are 15 minutes, 5 minutes and an hour. */
const everySeconds: Readonly<Record<string, number>> = {
	[spineWorkflow]: 10,
	reconcile: 15,
	'stabilization-monitor': looksEvery,
};

/** Templates that are in service. The monitor calls `rollback`, so that is published too. */
const inService = ['delivery-errors', 'provider-events', 'reconcile', 'rollback', 'stabilization-monitor'];

/** Sender of the release whose mail bounces more. */
export const bouncingSender = 'new-domain.example';

/** Every twentieth address bounces whatever is sent to it: 5 %, as on a list that was never cleaned. */
const everyNth = 20;

/** A real n8n with the spine, its monitor and its rollback in service, and the outside world around it. */
export interface BadReleaseWorld extends World {
	readonly clerk: Clerk;
	/** A key for n8n's public API. */
	readonly apiKey: string;
	readonly rhythm: Rhythm;
	/** Ids of the contacts, all of them due in every slot. */
	readonly contacts: readonly string[];
	readonly slots: Slots;
	/** Sets the spine's rhythm and mode; slot 0 opens at the beginning of a minute. */
	configure(mode: SpineMode, dryRun?: string, testRecipients?: string): Promise<void>;
	/** Puts the schedules in service, between two slots. */
	publish(): Promise<void>;
}

/** Starts everything; the spine is not configured yet, and no schedule runs. */
export async function startBadReleaseWorld(rhythm: Rhythm): Promise<BadReleaseWorld> {
	const world = await startWorld({ sandbox: 'bad-release', contacts: 0, hubspotLimits: 'none' });
	try {
		const { apiKey, credential } = await connectOwnApi(world.n8n.session, 'rollback');
		const { hubspot } = sandboxCredentials;
		const credentials = {
			[hubspot.type]: { id: hubspot.id, name: hubspot.name },
			releaseGateN8nApi: credential,
		};
		const contacts = addContacts(world.standIns, 0, rhythm.contacts);
		bounceSome(world);
		for (const template of world.templates)
			await saveWorkflow(
				world.n8n.session,
				prepared(template, {
					config: configOf(world),
					seconds: everySeconds[template.id],
					n8nApi: credential,
					alarmed: everySeconds[template.id] !== undefined,
				}),
			);
		const anchor = DateTime.utc().startOf('minute');
		const clerk = new Clerk(world.n8n.session, credentials);
		const spine = { resource: 'spine', operation: 'configure', spine: sandboxSpine, timeZone: 'UTC' };
		await clerk.perform('configure', {
			node: 'release',
			parameters: { ...spine, ...cadenceParameters(anchor, rhythm, 'dry-run') },
		});
		await clerk.perform('policy', {
			node: 'release',
			parameters: {
				resource: 'policy',
				operation: 'set',
				spine: sandboxSpine,
				preset: 'quiet-content-delivery',
				overrides: JSON.stringify(overrides),
			},
		});
		return {
			...world,
			clerk,
			apiKey,
			rhythm,
			contacts,
			slots: {
				anchor: anchor.toMillis(),
				every: rhythm.every * 1000,
				minimumGap: (rhythm.every * 1000) / 2,
			},
			configure: async (mode, dryRun, testRecipients = '') => {
				const parameters = {
					...spine,
					...cadenceParameters(anchor, rhythm, mode, dryRun),
					testRecipients,
				};
				await clerk.perform('configure', { node: 'release', parameters });
			},
			publish: async () => {
				const opened = (Date.now() - anchor.toMillis()) % (rhythm.every * 1000);
				// What is sent first is what later sends are compared with: it has to leave when its slot opens.
				await sleep(Math.max(0, rhythm.window * 1000 - opened));
				for (const id of [...inService, spineWorkflow]) await publishWorkflow(world.n8n.session, id);
			},
		};
	} catch (problem) {
		await world.close();
		throw problem;
	}
}

/** The spine's rhythm as ISO 8601, `anchor` in UTC. */
export function cadenceOf(anchor: DateTime, { every, window }: Rhythm): Record<string, string> {
	const iso = (seconds: number): string => Duration.fromObject({ seconds }).toISO();
	return {
		every: iso(every),
		anchor: anchor.toFormat("yyyy-MM-dd'T'HH:mm:ss"),
		window: iso(window),
		minimumGap: iso(every / 2),
	};
}

function cadenceParameters(anchor: DateTime, rhythm: Rhythm, mode: SpineMode, dryRun = 'default'): object {
	const { every, anchor: from, window, minimumGap } = cadenceOf(anchor, rhythm);
	const { critical, defaults, also } = contentDeliveryMapping;
	return {
		every,
		anchor: from,
		mode,
		testRecipients: '',
		properties: {
			critical: critical.join(', '),
			also: also.join(', '),
			defaults: JSON.stringify(defaults),
		},
		advanced: {
			window,
			minimumGap,
			dryRun,
			leaseMinutes: 1,
			sendLeaseMinutes: 1,
			inDoubtQuietMinutes: 1,
		},
	};
}

/** Postmark reports bounces to the template's webhook: of every twentieth address, and of as many more for a new sender. */
function bounceSome({ standIns, n8n }: World): void {
	const { user, password } = eventsLogin;
	const url = new URL('/webhook/release-gate/postmark-events', n8n.url);
	[url.username, url.password] = [user, password];
	standIns.postmark.admin.webhook(url.href, {
		afterMs: 500,
		bounces: ({ to, message }) => {
			const place = Number(/\.(\d+)@/.exec(to)?.[1] ?? 1) % everyNth;
			return place === 0 || (place === everyNth / 2 && (message.From ?? '').includes(bouncingSender));
		},
	});
}

/** Values of *Set Config* that a user sets, beside the addresses of the vendors. */
const configOf = ({ n8n }: World): Readonly<Record<string, string>> => ({
	n8nUrl: `${n8n.url}/api/v1`,
	heartbeatUrl: `${n8n.url}/healthz`,
});
