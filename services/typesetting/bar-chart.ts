import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { BarChartData } from './report-document.ts';

use([BarChart, GridComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** Colours that differ in lightness too, each with black or white text that can be read on it. */
const colours = ['#12436d', '#f46a25', '#28a197', '#a285d1', '#801650'];

/**
 * Draws horizontal stacked bars as SVG, in the font of the documents. Kinds differ by pattern as well as by colour, so
 * that the chart can be read in black and white. Labels are text, whatever characters are in them.
 */
export function barChart({ bars, series, unit }: BarChartData): string {
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: 640,
    height: 96 + bars.length * 34,
  });
  const text = { fontFamily: 'Source Sans 3', fontSize: 13, color: '#0b0c0c' };
  chart.setOption({
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    color: colours,
    textStyle: text,
    legend: { top: 0, left: 0, textStyle: text, itemGap: 18 },
    grid: {
      left: 8,
      right: 24,
      top: 36,
      bottom: 28,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'value',
      name: unit,
      nameLocation: 'middle',
      nameGap: 24,
      minInterval: 1,
      axisLabel: text,
    },
    yAxis: { type: 'category', inverse: true, data: [...bars], axisTick: { show: false }, axisLabel: text },
    series: series.map(({ name, counts }) => ({
      name,
      type: 'bar' as const,
      stack: 'all',
      barWidth: 20,
      data: [...counts],
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
