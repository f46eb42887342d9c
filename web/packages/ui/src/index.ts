// SPDX-License-Identifier: Apache-2.0
export * from './clockwork';
export * from './code';
export * from './controls';
export * from './countdown';
export * from './display';
export * from './theme';
