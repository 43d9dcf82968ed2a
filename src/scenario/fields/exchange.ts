import { backends, distributions, dropPolicies, placementStrategies, wireDtypes } from '../choices';
import {
  choice,
  type Field,
  flag,
  integer,
  LARGEST_EXPERTS,
  LARGEST_LAYERS,
  LARGEST_SIGMA,
  number,
  SMALLEST_AMOUNT,
} from './field';

/** Which experts tokens go to, where those are, and what carries the tokens there. */
export const exchangeFields: readonly Field[] = [
  choice(
    'routing.distribution',
    'Routing',
    distributions,
    'How unevenly the router uses the experts; loads and trace are read from a file (routing.file).',
  ),
  number(
    'routing.sigma',
    'Skew',
    '',
    'Standard deviation of the logarithm of expert popularity; 0 is balanced.',
    0,
    LARGEST_SIGMA,
  ),
  number(
    'routing.exponent',
    'Zipf exponent',
    '',
    'Popularity of the r-th expert is r to the minus this; 0 is balanced.',
    0,
    LARGEST_SIGMA,
  ),
  integer('routing.seed', 'Seed', 'Which experts are the popular ones.', 0),
  number(
    'routing.capacityFactor',
    'Capacity factor',
    '',
    'Tokens that one expert takes, over the mean; the rest is dropped.',
    SMALLEST_AMOUNT,
  ),
  choice(
    'routing.dropPolicy',
    'Drop policy',
    dropPolicies,
    'Which tokens an expert drops beyond its capacity: the least probable, or the last.',
  ),
  flag(
    'routing.padToCapacity',
    'Pad to capacity',
    'Every expert gets as many rows as its capacity, filled where too few tokens chose it.',
  ),
  integer('routing.layer', 'MoE layer', 'MoE layer that is simulated, counted from 0.', 0, LARGEST_LAYERS),
  choice(
    'placement.strategy',
    'Placement',
    placementStrategies,
    'Which expert lives on which rank; explicit is read from a file (placement.file).',
  ),
  integer(
    'placement.redundantExperts',
    'Redundant experts',
    'Physical experts beyond the logical ones.',
    0,
    LARGEST_EXPERTS,
  ),
  number(
    'placement.drift',
    'Load drift',
    '',
    'Standard deviation of the logarithm of load served over load that EPLB placed by; 0 is none.',
    0,
    LARGEST_SIGMA,
  ),
  flag('placement.eplb', 'EPLB', 'The engine rebalances experts while it serves.'),
  choice(
    'communication.backend',
    'Backend',
    backends,
    'Kernel that dispatches tokens to their experts and combines the results.',
  ),
  choice('communication.dispatchDtype', 'Dispatch', wireDtypes, 'Format of the rows that dispatch sends.'),
  choice('communication.combineDtype', 'Combine', wireDtypes, 'Format of the rows that combine returns.'),
  integer(
    'communication.sms',
    'Communication SMs',
    'Streaming multiprocessors that the DeepEP and HybridEP kernels use.',
  ),
];
