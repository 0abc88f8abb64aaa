import { subjectParameter } from '../kit/descriptions';
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { type OutsideWord, readOutside } from '../../core/stability/outside';
import type { StabilityPorts } from '../../app/watch';
import { now } from '../kit/clock';
import { directoryOf, hasDirectory } from '../kit/directory';
import { withLedger } from '../kit/ledger';
import { sparseIn } from '../kit/node-knowledge';
import { hostOf } from '../RollbackSnapshot/ports';
import { originOf } from '../kit/origin';

/** The spine or product that is looked at. */
export const watchedParameter: INodeProperties = subjectParameter({
	displayName: 'Spine or Product',
	name: 'subject',
	description: 'The spine, or the product without one, that the release belongs to',
});

export const itemsNotice = (name: string): INodeProperties => ({
	displayName:
		'All input items together are one look. Items may bring metrics (name, value, count, baseline, at), reports (report, people), broken paths (brokenFeature) and pages of Postmark messages; empty items say nothing.',
	name,
	type: 'notice',
	default: '',
});

/** What a check works with: ledger, clock, who asks, and with `directory` HubSpot where a credential is chosen. */
export async function portsOf(ctx: IExecuteFunctions, directory = false): Promise<StabilityPorts> {
	const ledger = await withLedger(ctx);
	return {
		ledger,
		directory: directory && hasDirectory(ctx) ? await directoryOf(ctx, ledger) : null,
		workflows: directory ? await hostOf(ctx) : null,
		sparse: sparseIn(ctx),
		now,
		by: originOf(ctx),
	};
}

/** What the input items say. */
export const outsideOf = (ctx: IExecuteFunctions): OutsideWord =>
	readOutside(
		ctx.getInputData().map(({ json }) => json),
		now(),
	);

/** ISO 8601, or `null`. */
export const iso = (instant: number | null): string | null =>
	instant === null ? null : new Date(instant).toISOString();
