import { seedContentDelivery, startStandIns } from '../../testbed/standins';
import type { Received } from '../../testbed/standins/postmark/messages';
import type { Asked, Look, Opened, Opening } from './outside-process';

/** How often each recipient got a mail: the number of recipients, and the most that one got. */
function counted(recipients: readonly string[]): Pick<Look, 'mails' | 'recipients' | 'most'> {
	const by = new Map<string, number>();
	for (const to of recipients) by.set(to, (by.get(to) ?? 0) + 1);
	return { mails: recipients.length, recipients: by.size, most: Math.max(0, ...by.values()) };
}

/** When each thousandth of them was accepted. */
const marksOf = (received: readonly Received[]): readonly number[] =>
	received.flatMap(({ acceptedAt }, index) => ((index + 1) % 1_000 === 0 ? [acceptedAt] : []));

const tell = (message: Opened | Look): void => void process.send?.(message);

/** The vendors of one measurement, in a process of their own: what they cost is not n8n's. */
async function open({ contacts, generatorMs, hubspotLimits, indexLagMs }: Opening): Promise<void> {
	const { hubspot, postmark, generator } = await startStandIns({ hubspotLimits, indexLagMs });
	const { admin } = hubspot;
	seedContentDelivery(admin, { contacts, allEligible: true });
	const calls = (): Look['calls'] => {
		const all = admin.calls();
		const refused = all.filter(({ status }) => status === 429).length;
		const search = all.filter(({ path }) => path.endsWith('/search')).length;
		return { search, other: all.length - search, throttled: refused };
	};
	if (generatorMs > 0)
		generator.admin.onCall(async (_call, when) => {
			if (when === 'before') await new Promise((resolve) => setTimeout(resolve, generatorMs));
		});
	process.on('message', (asked: Asked) => {
		if (asked.kind !== 'look') return;
		const received = postmark.admin.received();
		tell({
			kind: 'look',
			at: Date.now(),
			...counted(received.map(({ to }) => String(to))),
			marks: marksOf(received),
			calls: calls(),
		});
	});
	tell({
		kind: 'opened',
		urls: { hubspot: hubspot.url, postmark: postmark.url, generator: generator.url },
	});
}

process.once('message', (asked: Asked) => {
	if (asked.kind === 'open') void open(asked.opening);
});
process.on('disconnect', () => process.exit(0));
