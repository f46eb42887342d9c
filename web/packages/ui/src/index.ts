// SPDX-License-Identifier: Apache-2.0
export * from './clockwork';
export * from './code';
export * from './controls';
export * from './countdown';
export * from './choices';
export * from './display';
export * from './table';
export * from './theme';
