import { networkFill } from '../dist/src/closed-forms/network-fill.js'
import { rng } from './gen.mjs'
const [n,m,ratio]=process.argv.slice(2).map(Number)
// market k's columns live at level about ratio^k; equal numbers of columns; links to neighbours
const u=rng(5); const column=[],market=[],capacity=[];const weight=new Float64Array(n).fill(1),start=new Float64Array(n)
for(let i=0;i<n;i++){const k=i%m; const s=ratio**k; start[i]=s*(1+u()); const ks=[...new Set([k,k])].sort((a,b)=>a-b)
 for(const l of ks){column.push(i);market.push(l);capacity.push(s*u())}}
const tot=new Float64Array(m);column.forEach((_,p)=>{tot[market[p]]+=capacity[p]})
const b={column:Int32Array.from(column),market:Int32Array.from(market),capacity:Float64Array.from(capacity),weight,start,supply:tot.map(t=>t*0.3)}
const t=performance.now();const r=networkFill(b);console.log(n,m,ratio,'ms',Math.round(performance.now()-t),'parts',r.parts,'rounds',r.rounds,r.isExact,new Set(r.marketLevel).size)
