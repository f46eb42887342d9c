// SPDX-License-Identifier: Apache-2.0
import { Component, type ReactNode } from 'react';
import { ProblemNote } from './ProblemNote';

interface Props {
  children: ReactNode;
}

/** What stands in for a page whose parts could not be loaded, as while the server is away. */
export class Broken extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError = (error: unknown) => ({ error });

  override render(): ReactNode {
    const { error } = this.state;
    // A part that did not come is not asked for again by the page as it is.
    return error === undefined ? this.props.children : <ProblemNote error={error} onRetry={() => globalThis.location.reload()} />;
  }
}
