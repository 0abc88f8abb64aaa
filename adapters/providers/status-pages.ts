import { isFields } from '../../core/delivery/fields';
import type { Instant } from '../../core/delivery/types';
import type { Reading } from '../../core/release/timing';

/** How a vendor's status page answers. */
type Shape = 'statuspage' | 'sorry';

/** Where a vendor says whether it is operational. */
export interface StatusPage {
	readonly url: string;
	readonly shape: Shape;
	/** Where the address was read, and when. */
	readonly source: string;
}

/**
 * Status pages by the vendor's name. An address that is no page any more reads as unknown and holds every release, so
 * each was looked up: Postmark's moved to another product in 2023, with another address and another answer.
 */
export const statusPages: Readonly<Record<string, StatusPage>> = {
	github: {
		url: 'https://www.githubstatus.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub), read 2026-11-30',
	},
	hubspot: {
		url: 'https://status.hubspot.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub), read 2026-11-30',
	},
	openai: {
		url: 'https://status.openai.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub), read 2026-11-30',
	},
	postmark: {
		url: 'https://status.postmarkapp.com/api/v1/status',
		shape: 'sorry',
		source: 'status.postmarkapp.com/api through public clients (GitHub), read 2026-11-30',
	},
	resend: {
		url: 'https://resend-status.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub), read 2026-11-30',
	},
	sendgrid: {
		url: 'https://status.sendgrid.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub), read 2026-11-30',
	},
	// Moved from status.stripe.com in 2024; the old address answers 404.
	stripe: {
		url: 'https://www.stripestatus.com/api/v2/status.json',
		shape: 'statuspage',
		source: 'public clients of the page (GitHub, one of 2026-09-22), read 2026-11-30',
	},
};

/** Words of each kind of page; the first is the only good one. */
const words: Readonly<Record<Shape, readonly string[]>> = {
	// https://www.atlassian.com/software/statuspage, api/v2/status.json: `status.indicator`
	statuspage: ['none', 'minor', 'major', 'critical', 'maintenance'],
	// Sorry, api/v1/status: `page.state`
	sorry: ['operational', 'degraded', 'under_maintenance'],
};

const wordIn = (answer: Readonly<Record<string, unknown>>, shape: Shape): unknown => {
	const holder = shape === 'statuspage' ? answer.status : answer.page;
	return isFields(holder) ? holder[shape === 'statuspage' ? 'indicator' : 'state'] : undefined;
};

/**
 * Whether a vendor says it is operational, from the answer of its status page. A page of a vendor in the list is read in
 * its own shape only; any other in whichever fits. `null` for anything else: nobody knows.
 *
 * @param vendor name as the policy has it, e.g. `postmark`
 */
export function vendorReading(vendor: string, answer: unknown, at: Instant): Reading<boolean> | null {
	if (!isFields(answer)) return null;
	const known = statusPages[vendor.toLowerCase()];
	const shapes: readonly Shape[] = known ? [known.shape] : ['statuspage', 'sorry'];
	for (const shape of shapes) {
		const word = wordIn(answer, shape);
		const all = words[shape];
		if (typeof word === 'string' && all.includes(word)) return { value: word === all[0], at };
	}
	return null;
}
