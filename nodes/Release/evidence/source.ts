import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { OperationContext } from '../resource';

/** One way to answer checks: a person, a machine that reports, or a machine that looks. One file each. */
export interface EvidenceSource {
	readonly option: INodePropertyOptions;
	/** Its parameters; shown when the source is chosen. */
	readonly description: readonly INodeProperties[];
	/** What to put on the record: the evidence, and what the machine saw. */
	readonly answer: (context: OperationContext, release: string) => Promise<object>;
}
