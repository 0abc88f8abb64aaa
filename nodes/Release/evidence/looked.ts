import type { MachineReport } from '../../../core/release/machines/report';
import type { Policy } from '../../../core/release/policy/schema';
import { recordReport, type StoredRelease } from '../../../app/release';
import type { OperationContext } from '../resource';

/** Lets a machine look, and records what it found: the hash it saw, the surfaces that change, its answers. */
export async function looked(
	context: OperationContext,
	release: string,
	reportFor: (release: StoredRelease, policy: Policy) => Promise<MachineReport> | MachineReport,
): Promise<object> {
	const { report, evidence } = await recordReport(context.ports, release, reportFor, context.by);
	const { migration } = report;
	return {
		machine: report.machine,
		looked: report.looked ?? null,
		observed: report.observed,
		evidence,
		...(migration ? { expands: migration.expands, contracts: migration.contracts } : {}),
	};
}
