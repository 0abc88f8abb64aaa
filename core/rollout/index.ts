export { bucketOf, exactShare, hashOf } from './bucket';
export {
	attributesOf,
	evaluateFlag,
	flagSchema,
	parseFlag,
	type Flag,
	type FlagDecision,
	type FlagReason,
	type FlagSubject,
} from './flag';
export { evaluateExactly } from './list';
export { moveFlag, shareOf, type Leave, type RolloutMove } from './steps';
