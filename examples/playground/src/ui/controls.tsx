// Controls for the fields of a table: native ones, so that keyboard, screen reader and phone know them.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { ChoiceField, Field, Fields, NumberField, Settings } from "../settings/fields.js";

interface ControlProps<F, V> {
  readonly field: F;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly disabled?: boolean;
}

/** The controls of some fields of a table, one below the other. */
export function FieldControls<F extends Fields>(props: {
  readonly fields: F;
  readonly names: readonly (keyof F & string)[];
  readonly settings: Settings<F>;
  readonly onChange: (changes: Partial<Settings<F>>) => void;
  readonly disabled?: (name: keyof F & string) => boolean;
}) {
  const { names, disabled, ...common } = props;
  return (
    <div class="fields">
      {names.map((name) => (
        <FieldControl key={name} name={name} {...common} disabled={disabled?.(name) ?? false} />
      ))}
    </div>
  );
}

/** The control that a field wants. */
function FieldControl<F extends Fields>(props: {
  readonly fields: F;
  readonly name: keyof F & string;
  readonly settings: Settings<F>;
  readonly onChange: (changes: Partial<Settings<F>>) => void;
  readonly disabled?: boolean;
}) {
  const { fields, name, settings, onChange, disabled = false } = props;
  const field = fields[name] as Field;
  const change = (value: unknown) => onChange({ [name]: value } as Partial<Settings<F>>);
  const common = { onChange: change, disabled };
  if (field.kind === "number") return <Slider field={field} value={settings[name] as number} {...common} />;
  if (field.kind === "choice") return <Select field={field} value={settings[name] as string} {...common} />;
  if (field.kind === "flag") return <Switch label={field.label} value={settings[name] as boolean} {...common} />;
  return null;
}

/** A slider over even steps, or over the stops of the field. A value between the stops is shown as it is. */
function Slider({ field, value, onChange, disabled }: ControlProps<NumberField, number>) {
  const id = useId();
  const { stops, label, hint, min, max, step } = field;
  const at = stops ? nearest(stops, value) : value;
  const read = (text: string) => (stops ? (stops[Number(text)] as number) : Number(text));
  return (
    <div class="field slider" title={hint}>
      <label for={id}>{label}</label>
      <output for={id}>{shown(value, step)}</output>
      <input
        id={id}
        type="range"
        min={stops ? 0 : min}
        max={stops ? stops.length - 1 : max}
        step={stops ? 1 : step}
        value={at}
        disabled={disabled}
        aria-valuetext={shown(value, step)}
        onInput={({ currentTarget }) => onChange(read(currentTarget.value))}
      />
    </div>
  );
}

function Select({ field, value, onChange, disabled }: ControlProps<ChoiceField, string>) {
  const id = useId();
  return (
    <div class="field select" title={field.hint}>
      <label for={id}>{field.label}</label>
      <select id={id} value={value} disabled={disabled} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {Object.entries(field.options).map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Switch(props: {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly disabled?: boolean;
}) {
  const { label, value, onChange, disabled } = props;
  return (
    <label class="field switch">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={value}
        aria-checked={value}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    </label>
  );
}

/** One of a few, all in sight. */
export function Segments<T extends string | number>(props: {
  readonly label: string;
  readonly options: readonly (readonly [value: T, name: ComponentChildren])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Options of equal width, with pictures. */
  readonly tiles?: boolean;
}) {
  const { label, options, value, onChange, tiles = false } = props;
  const name = useId();
  return (
    <fieldset class={tiles ? "choices tiles" : "choices segments"}>
      <legend class="hidden">{label}</legend>
      {options.map(([option, shownName]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{shownName}</span>
        </label>
      ))}
    </fieldset>
  );
}

function nearest(stops: readonly number[], value: number): number {
  const distance = (stop: number) => Math.abs(Math.log((stop + 1e-7) / (value + 1e-7)));
  return stops.reduce((best, stop, i) => (distance(stop) < distance(stops[best] as number) ? i : best), 0);
}

function shown(value: number, step: number): string {
  if (value !== 0 && value < 0.001) return value.toExponential().replace("e-", "e−");
  return String(Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step))))));
}
