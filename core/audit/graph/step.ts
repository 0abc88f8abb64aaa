import type { NodeFacts } from '../classify';
import type { WorkflowJson, WorkflowNode } from '../types';

/** One place an item can be: a node, or one of the two sides of a loop or of a call to a sub-workflow. */
export interface Step {
	readonly index: number;
	/** Name for people: the node's, behind the names of the calls that lead to its workflow. */
	readonly label: string;
	readonly node: WorkflowNode;
	/** A call whose end may lose items is told so after its sub-workflow is known. */
	facts: NodeFacts;
	/** `enter` and `leave` split loops and calls; their own outputs are explained where they are built. */
	readonly side: 'whole' | 'enter' | 'leave';
	/** Targets by output index; an index without a target is a place where items end. */
	readonly outputs: number[][];
	/** Index of the error output, if the node has one. */
	readonly errorOutput: number | null;
	/** Outputs of the other side of a loop: nothing leaves there, so nothing ends there. */
	closed: ReadonlySet<number>;
	/** Connected inputs. */
	inputs: number;
	/** Workflow it stands in; nodes are looked up there. */
	readonly home: WorkflowJson;
	/** Fields in which that workflow's commits look for message ids: what replaces them replaces the proof. */
	readonly idFields: ReadonlySet<string>;
}

/** A loop: the side that is entered hands out by `output`, the side that is left takes back. */
export interface Loop {
	readonly enter: number;
	readonly leave: number;
	/** Output of `enter` that leads to the body. */
	readonly output: number;
	/** Items handed out at a time; `null` where that is chosen at run time. */
	readonly size: number | null;
}

/** The graph that items walk, sub-workflows written out. */
export interface Graph {
	readonly steps: readonly Step[];
	/** Steps at which executions start. */
	readonly roots: readonly number[];
	/** Names of main-level nodes with several connected inputs. */
	readonly joins: readonly string[];
	readonly loops: readonly Loop[];
	/** Ids of the workflows that were written out in place of their calls. */
	readonly callees: ReadonlySet<string>;
}
