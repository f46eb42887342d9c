// SPDX-License-Identifier: Apache-2.0
// One token of the stock is chosen: by typing, or by a scanner that types.
import { api } from '@lockstep/api/console';
import { TextField } from '@lockstep/ui';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TokenType } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { askedFor, useSettled } from '../Search';
import { useText } from '../text';

const SHOWN_MAX = 6;

export function Inventory({ chosen, onChoose }: { chosen: string; onChoose: (serial: string) => void }) {
  const { t } = useText();
  const [typed, setTyped] = useState('');
  const q = askedFor(useSettled(typed));
  const list = useQuery({
    queryKey: ['tokens', 'stock', q], queryFn: () => api.tokens.list({ q, assigned: 'false', limit: 50 }), placeholderData: keepPreviousData,
  });
  const items = (list.data?.items ?? []).filter((token) => token.life === 'inventory').slice(0, SHOWN_MAX);
  return (
    <div className="stack-small">
      <TextField label={t('stock.search')} hint={t('stock.hint')} value={typed} onChange={setTyped} autoComplete="off" spellCheck={false} data-autofocus />
      {list.error === null ? null : <ProblemNote error={list.error} level={3} />}
      <fieldset className="picks" aria-busy={list.isFetching}>
        <legend className="heard">{t('stock.list')}</legend>
        {items.map((token) => (
          <label key={token.serial} className="pick">
            <input type="radio" name="stock" value={token.serial} checked={token.serial === chosen} onChange={() => onChoose(token.serial)} />
            <span className="strong">{token.serial}</span>
            <TokenType token={token} />
          </label>
        ))}
        {list.data !== undefined && items.length === 0 ? <p className="dim small">{t('stock.none')}</p> : null}
      </fieldset>
    </div>
  );
}
