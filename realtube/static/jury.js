// Made of extension/src/site/jury.tsx by `npm run page` in extension.
(function() {
	// node_modules/preact/dist/preact.module.js
	var n;
	var l$1;
	var u$2;
	var i$2;
	var r$1;
	var o$1;
	var e$1;
	var f$2;
	var c$1;
	var a$1;
	var s$1;
	var h$1;
	var p$1;
	var v$1;
	var d$1 = {};
	var w$1 = [];
	var _ = /acit|ex(?:s|g|n|p|$)|rph|grid|ows|mnc|ntw|ine[ch]|zoo|^ord|itera/i;
	var g$1 = Array.isArray;
	function m$1(n, l) {
		for (var u in l) n[u] = l[u];
		return n;
	}
	function b(n) {
		n && n.parentNode && n.parentNode.removeChild(n);
	}
	function k$1(l, u, t) {
		var i, r, o, e = {};
		for (o in u) "key" == o ? i = u[o] : "ref" == o ? r = u[o] : e[o] = u[o];
		if (arguments.length > 2 && (e.children = arguments.length > 3 ? n.call(arguments, 2) : t), "function" == typeof l && null != l.defaultProps) for (o in l.defaultProps) void 0 === e[o] && (e[o] = l.defaultProps[o]);
		return x(l, e, i, r, null);
	}
	function x(n, t, i, r, o) {
		var e = {
			type: n,
			props: t,
			key: i,
			ref: r,
			__k: null,
			__: null,
			__b: 0,
			__e: null,
			__c: null,
			constructor: void 0,
			__v: null == o ? ++u$2 : o,
			__i: -1,
			__u: 0
		};
		return null == o && null != l$1.vnode && l$1.vnode(e), e;
	}
	function S(n) {
		return n.children;
	}
	function C$1(n, l) {
		this.props = n, this.context = l;
	}
	function $(n, l) {
		if (null == l) return n.__ ? $(n.__, n.__i + 1) : null;
		for (var u; l < n.__k.length; l++) if (null != (u = n.__k[l]) && null != u.__e) return u.__e;
		return "function" == typeof n.type ? $(n) : null;
	}
	function I(n) {
		if (n.__P && n.__d) {
			var u = n.__v, t = u.__e, i = [], r = [], o = m$1({}, u);
			o.__v = u.__v + 1, l$1.vnode && l$1.vnode(o), q$1(n.__P, o, u, n.__n, n.__P.namespaceURI, 32 & u.__u ? [t] : null, i, null == t ? $(u) : t, !!(32 & u.__u), r), o.__v = u.__v, o.__.__k[o.__i] = o, D$1(i, o, r), u.__e = u.__ = null, o.__e != t && P(o);
		}
	}
	function P(n) {
		if (null != (n = n.__) && null != n.__c) return n.__e = n.__c.base = null, n.__k.some(function(l) {
			if (null != l && null != l.__e) return n.__e = n.__c.base = l.__e;
		}), P(n);
	}
	function A$1(n) {
		(!n.__d && (n.__d = !0) && i$2.push(n) && !H.__r++ || r$1 != l$1.debounceRendering) && ((r$1 = l$1.debounceRendering) || o$1)(H);
	}
	function H() {
		try {
			for (var n, l = 1; i$2.length;) i$2.length > l && i$2.sort(e$1), n = i$2.shift(), l = i$2.length, I(n);
		} finally {
			i$2.length = H.__r = 0;
		}
	}
	function L(n, l, u, t, i, r, o, e, f, c, a) {
		var s, h, p, v, y, _, g = t && t.__k || w$1, m = l.length;
		for (f = T$1(u, l, g, f, m), s = 0; s < m; s++) null != (p = u.__k[s]) && (h = -1 != p.__i && g[p.__i] || d$1, p.__i = s, _ = q$1(n, p, h, i, r, o, e, f, c, a), v = p.__e, p.ref && h.ref != p.ref && (h.ref && J(h.ref, null, p), a.push(p.ref, p.__c || v, p)), null == y && null != v && (y = v), 4 & p.__u ? (f = j$1(p, f, n), h.__e && (h.__e = null)) : "function" == typeof p.type && void 0 !== _ ? f = _ : v && (f = v.nextSibling), p.__u &= -7);
		return u.__e = y, f;
	}
	function T$1(n, l, u, t, i) {
		var r, o, e, f, c, a = u.length, s = a, h = 0;
		for (n.__k = new Array(i), r = 0; r < i; r++) null != (o = l[r]) && "boolean" != typeof o && "function" != typeof o ? ("string" == typeof o || "number" == typeof o || "bigint" == typeof o || o.constructor == String ? o = n.__k[r] = x(null, o, null, null, null) : g$1(o) ? o = n.__k[r] = x(S, { children: o }, null, null, null) : void 0 === o.constructor && o.__b > 0 ? o = n.__k[r] = x(o.type, o.props, o.key, o.ref ? o.ref : null, o.__v) : n.__k[r] = o, f = r + h, o.__ = n, o.__b = n.__b + 1, e = null, -1 != (c = o.__i = O(o, u, f, s)) && (s--, (e = u[c]) && (e.__u |= 2)), null == e || null == e.__v ? (-1 == c && (i > a ? h-- : i < a && h++), "function" != typeof o.type && (o.__u |= 4)) : c != f && (c == f - 1 ? h-- : c == f + 1 ? h++ : (c > f ? h-- : h++, o.__u |= 4))) : n.__k[r] = null;
		if (s) for (r = 0; r < a; r++) null != (e = u[r]) && 0 == (2 & e.__u) && (e.__e == t && (t = $(e)), K(e, e));
		return t;
	}
	function j$1(n, l, u) {
		var t, i;
		if ("function" == typeof n.type) {
			for (t = n.__k, i = 0; t && i < t.length; i++) t[i] && (t[i].__ = n, l = j$1(t[i], l, u));
			return l;
		}
		n.__e != l && (l && n.type && !l.parentNode && (l = $(n)), l = u.insertBefore(n.__e, l || null));
		do
			l = l && l.nextSibling;
		while (null != l && 8 == l.nodeType);
		return l;
	}
	function O(n, l, u, t) {
		var i, r, o, e = n.key, f = n.type, c = l[u], a = null != c && 0 == (2 & c.__u);
		if (null === c && null == e || a && e == c.key && f == c.type) return u;
		if (t > (a ? 1 : 0)) {
			for (i = u - 1, r = u + 1; i >= 0 || r < l.length;) if (null != (c = l[o = i >= 0 ? i-- : r++]) && 0 == (2 & c.__u) && e == c.key && f == c.type) return o;
		}
		return -1;
	}
	function z$1(n, l, u) {
		"-" == l[0] ? n.setProperty(l, null == u ? "" : u) : n[l] = null == u ? "" : "number" != typeof u || _.test(l) ? u : u + "px";
	}
	function N(n, l, u, t, i) {
		var r, o;
		n: if ("style" == l) if ("string" == typeof u) n.style.cssText = u;
		else {
			if ("string" == typeof t && (n.style.cssText = t = ""), t) for (l in t) u && l in u || z$1(n.style, l, "");
			if (u) for (l in u) t && u[l] == t[l] || z$1(n.style, l, u[l]);
		}
		else if ("o" == l[0] && "n" == l[1]) r = l != (l = l.replace(s$1, "$1")), o = l.toLowerCase(), l = o in n || "onFocusOut" == l || "onFocusIn" == l ? o.slice(2) : l.slice(2), n.l || (n.l = {}), n.l[l + r] = u, u ? t ? u[a$1] = t[a$1] : (u[a$1] = h$1, n.addEventListener(l, r ? v$1 : p$1, r)) : n.removeEventListener(l, r ? v$1 : p$1, r);
		else {
			if ("http://www.w3.org/2000/svg" == i) l = l.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
			else if ("width" != l && "height" != l && "href" != l && "list" != l && "form" != l && "tabIndex" != l && "download" != l && "rowSpan" != l && "colSpan" != l && "role" != l && "popover" != l && l in n) try {
				n[l] = null == u ? "" : u;
				break n;
			} catch (n) {}
			"function" == typeof u || (null == u || !1 === u && "-" != l[4] ? n.removeAttribute(l) : n.setAttribute(l, "popover" == l && 1 == u ? "" : u));
		}
	}
	function V(n) {
		return function(u) {
			if (this.l) {
				var t = this.l[u.type + n];
				if (null == u[c$1]) u[c$1] = h$1++;
				else if (u[c$1] < t[a$1]) return;
				return t(l$1.event ? l$1.event(u) : u);
			}
		};
	}
	function q$1(n, u, t, i, r, o, e, f, c, a) {
		var s, h, p, v, y, d, _, k, x, M, I, P, A, H, T, j, F = u.type;
		if (void 0 !== u.constructor) return null;
		128 & t.__u && (c = !!(32 & t.__u), o = [f = u.__e = t.__e]), (s = l$1.__b) && s(u);
		n: if ("function" == typeof F) {
			h = e.length;
			try {
				if (x = u.props, M = F.prototype && F.prototype.render, I = (s = F.contextType) && i[s.__c], P = s ? I ? I.props.value : s.__ : i, t.__c ? k = (p = u.__c = t.__c).__ = p.__E : (M ? u.__c = p = new F(x, P) : (u.__c = p = new C$1(x, P), p.constructor = F, p.render = Q), I && I.sub(p), p.state || (p.state = {}), p.__n = i, v = p.__d = !0, p.__h = [], p._sb = []), M && null == p.__s && (p.__s = p.state), M && null != F.getDerivedStateFromProps && (p.__s == p.state && (p.__s = m$1({}, p.__s)), m$1(p.__s, F.getDerivedStateFromProps(x, p.__s))), y = p.props, d = p.state, p.__v = u, v) M && null == F.getDerivedStateFromProps && null != p.componentWillMount && p.componentWillMount(), M && null != p.componentDidMount && p.__h.push(p.componentDidMount);
				else {
					if (M && null == F.getDerivedStateFromProps && x !== y && null != p.componentWillReceiveProps && p.componentWillReceiveProps(x, P), u.__v == t.__v || !p.__e && null != p.shouldComponentUpdate && !1 === p.shouldComponentUpdate(x, p.__s, P)) {
						u.__v != t.__v && (p.props = x, p.state = p.__s, p.__d = !1), u.__e = t.__e, u.__k = t.__k, u.__k.some(function(n) {
							n && (n.__ = u);
						}), w$1.push.apply(p.__h, p._sb), p._sb = [], p.__h.length && e.push(p), f = $(t);
						break n;
					}
					null != p.componentWillUpdate && p.componentWillUpdate(x, p.__s, P), M && null != p.componentDidUpdate && p.__h.push(function() {
						p.componentDidUpdate(y, d, _);
					});
				}
				if (p.context = P, p.props = x, p.__P = n, p.__e = !1, A = l$1.__r, H = 0, M) p.state = p.__s, p.__d = !1, A && A(u), s = p.render(p.props, p.state, p.context), w$1.push.apply(p.__h, p._sb), p._sb = [];
				else do
					p.__d = !1, A && A(u), s = p.render(p.props, p.state, p.context), p.state = p.__s;
				while (p.__d && ++H < 25);
				p.state = p.__s, null != p.getChildContext && (i = m$1(m$1({}, i), p.getChildContext())), M && !v && null != p.getSnapshotBeforeUpdate && (_ = p.getSnapshotBeforeUpdate(y, d)), T = null != s && s.type === S && null == s.key ? E(s.props.children) : s, f = L(n, g$1(T) ? T : [T], u, t, i, r, o, e, f, c, a), p.base = u.__e, u.__u &= -161, p.__h.length && e.push(p), k && (p.__E = p.__ = null);
			} catch (n) {
				if (e.length = h, u.__v = null, c || null != o) {
					if (n.then) {
						for (u.__u |= c ? 160 : 128; f && 8 == f.nodeType && f.nextSibling;) f = f.nextSibling;
						null != o && (o[o.indexOf(f)] = null), u.__e = f;
					} else if (null != o) for (j = o.length; j--;) b(o[j]);
				} else u.__e = t.__e;
				u.__k ??= t.__k || [], n.then || B$1(u), l$1.__e(n, u, t);
			}
		} else null == o && u.__v == t.__v ? (u.__k = t.__k, u.__e = t.__e) : f = u.__e = G(t.__e, u, t, i, r, o, e, c, a);
		return (s = l$1.diffed) && s(u), 128 & u.__u ? void 0 : f;
	}
	function B$1(n) {
		n && (n.__c && (n.__c.__e = !0), n.__k && n.__k.some(B$1));
	}
	function D$1(n, u, t) {
		for (var i = 0; i < t.length; i++) J(t[i], t[++i], t[++i]);
		l$1.__c && l$1.__c(u, n), n.some(function(u) {
			try {
				n = u.__h, u.__h = [], n.some(function(n) {
					n.call(u);
				});
			} catch (n) {
				l$1.__e(n, u.__v);
			}
		});
	}
	function E(n) {
		return "object" != typeof n || null == n || n.__b > 0 ? n : g$1(n) ? n.map(E) : void 0 !== n.constructor ? null : m$1({}, n);
	}
	function G(u, t, i, r, o, e, f, c, a) {
		var s, h, p, v, y, w, _, m = i.props || d$1, k = t.props, x = t.type;
		if ("svg" == x ? o = "http://www.w3.org/2000/svg" : "math" == x ? o = "http://www.w3.org/1998/Math/MathML" : o || (o = "http://www.w3.org/1999/xhtml"), null != e) {
			for (s = 0; s < e.length; s++) if ((y = e[s]) && "setAttribute" in y == !!x && (x ? y.localName == x : 3 == y.nodeType)) {
				u = y, e[s] = null;
				break;
			}
		}
		if (null == u) {
			if (null == x) return document.createTextNode(k);
			u = document.createElementNS(o, x, k.is && k), c && (l$1.__m && l$1.__m(t, e), c = !1), e = null;
		}
		if (null == x) m === k || c && u.data == k || (u.data = k);
		else {
			if (e = "textarea" == x && null != k.defaultValue ? null : e && n.call(u.childNodes), !c && null != e) for (m = {}, s = 0; s < u.attributes.length; s++) m[(y = u.attributes[s]).name] = y.value;
			for (s in m) y = m[s], "dangerouslySetInnerHTML" == s ? p = y : "children" == s || s in k || "value" == s && "defaultValue" in k || "checked" == s && "defaultChecked" in k || N(u, s, null, y, o);
			for (s in k) y = k[s], "children" == s ? v = y : "dangerouslySetInnerHTML" == s ? h = y : "value" == s ? w = y : "checked" == s ? _ = y : c && "function" != typeof y || m[s] === y || N(u, s, y, m[s], o);
			if (h) c || p && (h.__html == p.__html || h.__html == u.innerHTML) || (u.innerHTML = h.__html), t.__k = [];
			else if (p && (u.innerHTML = ""), L("template" == t.type ? u.content : u, g$1(v) ? v : [v], t, i, r, "foreignObject" == x ? "http://www.w3.org/1999/xhtml" : o, e, f, e ? e[0] : i.__k && $(i, 0), c, a), null != e) for (s = e.length; s--;) b(e[s]);
			c && "textarea" != x || (s = "value", "progress" == x && null == w ? u.removeAttribute("value") : null != w && (w !== u[s] || "progress" == x && !w || "option" == x && w != m[s]) && N(u, s, w, m[s], o), s = "checked", null != _ && _ != u[s] && N(u, s, _, m[s], o));
		}
		return u;
	}
	function J(n, u, t) {
		try {
			if ("function" == typeof n) {
				var i = "function" == typeof n.__u;
				i && n.__u(), i && null == u || (n.__u = n(u));
			} else n.current = u;
		} catch (n) {
			l$1.__e(n, t);
		}
	}
	function K(n, u, t) {
		var i, r;
		if (l$1.unmount && l$1.unmount(n), (i = n.ref) && (i.current && i.current != n.__e || J(i, null, u)), null != (i = n.__c)) {
			if (i.componentWillUnmount) try {
				i.componentWillUnmount();
			} catch (n) {
				l$1.__e(n, u);
			}
			i.base = i.__P = i.__n = null;
		}
		if (i = n.__k) for (r = 0; r < i.length; r++) i[r] && K(i[r], u, t || "function" != typeof n.type);
		t || b(n.__e), n.__c = n.__ = n.__e = void 0;
	}
	function Q(n, l, u) {
		return this.constructor(n, u);
	}
	function R(u, t, i) {
		var r, o, e, f;
		t == document && (t = document.documentElement), l$1.__ && l$1.__(u, t), o = (r = "function" == typeof i) ? null : i && i.__k || t.__k, e = [], f = [], q$1(t, u = (!r && i || t).__k = k$1(S, null, [u]), o || d$1, d$1, t.namespaceURI, !r && i ? [i] : o ? null : t.firstChild ? n.call(t.childNodes) : null, e, !r && i ? i : o ? o.__e : t.firstChild, r, f), D$1(e, u, f), u.props.children = null;
	}
	n = w$1.slice, l$1 = { __e: function(n, l, u, t) {
		for (var i, r, o; l = l.__;) if ((i = l.__c) && !i.__) try {
			if ((r = i.constructor) && null != r.getDerivedStateFromError && (i.setState(r.getDerivedStateFromError(n)), o = i.__d), null != i.componentDidCatch && (i.componentDidCatch(n, t || {}), o = i.__d), o) return i.__E = i;
		} catch (l) {
			n = l;
		}
		throw n;
	} }, u$2 = 0, C$1.prototype.setState = function(n, l) {
		var u = null != this.__s && this.__s != this.state ? this.__s : this.__s = m$1({}, this.state);
		"function" == typeof n && (n = n(m$1({}, u), this.props)), n && m$1(u, n), null != n && this.__v && (l && this._sb.push(l), A$1(this));
	}, C$1.prototype.forceUpdate = function(n) {
		this.__v && (this.__e = !0, n && this.__h.push(n), A$1(this));
	}, C$1.prototype.render = S, i$2 = [], o$1 = "function" == typeof Promise ? Promise.prototype.then.bind(Promise.resolve()) : setTimeout, e$1 = function(n, l) {
		return n.__v.__b - l.__v.__b;
	}, H.__r = 0, f$2 = Math.random().toString(8), c$1 = "__d" + f$2, a$1 = "__a" + f$2, s$1 = /(PointerCapture)$|Capture$/i, h$1 = 0, p$1 = V(!1), v$1 = V(!0);
	// node_modules/preact/hooks/dist/hooks.module.js
	var t$1;
	var r;
	var u$1;
	var i$1;
	var o = 0;
	var f$1 = [];
	var c = l$1;
	var e = c.__b;
	var a = c.__r;
	var v = c.diffed;
	var l = c.__c;
	var m = c.unmount;
	var p = c.__;
	function s(n, t) {
		c.__h && c.__h(r, n, o || t), o = 0;
		var u = r.__H || (r.__H = {
			__: [],
			__h: []
		});
		return n >= u.__.length && u.__.push({}), u.__[n];
	}
	function d(n) {
		return o = 1, y(D, n);
	}
	function y(n, u, i) {
		var o = s(t$1++, 2);
		if (o.t = n, !o.__c && (o.__ = [i ? i(u) : D(void 0, u), function(n) {
			var t = o.__N ? o.__N[0] : o.__[0], r = o.t(t, n);
			t !== r && (o.__N = [r, o.__[1]], o.__c.setState({}));
		}], o.__c = r, !r.__f)) {
			var f = function(n, t, r) {
				if (!o.__c.__H) return !0;
				var u = !1, i = o.__c.props !== n;
				if (o.__c.__H.__.some(function(n) {
					if (n.__N) {
						u = !0;
						var t = n.__[0];
						n.__ = n.__N, n.__N = void 0, t !== n.__[0] && (i = !0);
					}
				}), c) {
					var f = c.call(this, n, t, r);
					return u ? f || i : f;
				}
				return !u || i;
			};
			r.__f = !0;
			var c = r.shouldComponentUpdate, e = r.componentWillUpdate;
			r.componentWillUpdate = function(n, t, r) {
				if (this.__e) {
					var u = c;
					c = void 0, f(n, t, r), c = u;
				}
				e && e.call(this, n, t, r);
			}, r.shouldComponentUpdate = f;
		}
		return o.__N || o.__;
	}
	function h(n, u) {
		var i = s(t$1++, 3);
		!c.__s && C(i.__H, u) && (i.__ = n, i.u = u, r.__H.__h.push(i));
	}
	function A(n) {
		return o = 5, T(function() {
			return { current: n };
		}, []);
	}
	function T(n, r) {
		var u = s(t$1++, 7);
		return C(u.__H, r) && (u.__ = n(), u.__H = r, u.__h = n), u.__;
	}
	function q(n, t) {
		return o = 8, T(function() {
			return n;
		}, t);
	}
	function g() {
		var n = s(t$1++, 11);
		if (!n.__) {
			for (var u = r.__v; null !== u && !u.__m && null !== u.__;) u = u.__;
			var i = u.__m || (u.__m = [0, 0]);
			n.__ = "P" + i[0] + "-" + i[1]++;
		}
		return n.__;
	}
	function j() {
		for (var n; n = f$1.shift();) {
			var t = n.__H;
			if (n.__P && t) try {
				t.__h.some(z), t.__h.some(B), t.__h = [];
			} catch (r) {
				t.__h = [], c.__e(r, n.__v);
			}
		}
	}
	c.__b = function(n) {
		r = null, e && e(n);
	}, c.__ = function(n, t) {
		n && t.__k && t.__k.__m && (n.__m = t.__k.__m), p && p(n, t);
	}, c.__r = function(n) {
		a && a(n), t$1 = 0;
		var i = (r = n.__c).__H;
		i && (u$1 === r ? (i.__h = [], r.__h = [], i.__.some(function(n) {
			n.__N && (n.__ = n.__N), n.u = n.__N = void 0;
		})) : (i.__h.some(z), i.__h.some(B), i.__h = [], t$1 = 0)), u$1 = r;
	}, c.diffed = function(n) {
		v && v(n);
		var t = n.__c;
		t && t.__H && (t.__H.__h.length && (1 !== f$1.push(t) && i$1 === c.requestAnimationFrame || ((i$1 = c.requestAnimationFrame) || w)(j)), t.__H.__.some(function(n) {
			n.u && (n.__H = n.u, n.u = void 0);
		})), u$1 = r = null;
	}, c.__c = function(n, t) {
		t.some(function(n) {
			try {
				n.__h.some(z), n.__h = n.__h.filter(function(n) {
					return !n.__ || B(n);
				});
			} catch (r) {
				t.some(function(n) {
					n.__h && (n.__h = []);
				}), t = [], c.__e(r, n.__v);
			}
		}), l && l(n, t);
	}, c.unmount = function(n) {
		m && m(n);
		var t, r = n.__c;
		r && r.__H && (r.__H.__.some(function(n) {
			try {
				z(n);
			} catch (n) {
				t = n;
			}
		}), r.__H = void 0, t && c.__e(t, r.__v));
	};
	var k = "function" == typeof requestAnimationFrame;
	function w(n) {
		var t, r = function() {
			clearTimeout(u), k && cancelAnimationFrame(t), setTimeout(n);
		}, u = setTimeout(r, 35);
		k && (t = requestAnimationFrame(r));
	}
	function z(n) {
		var t = r, u = n.__c;
		"function" == typeof u && (n.__c = void 0, u()), r = t;
	}
	function B(n) {
		var t = r;
		n.__c = n.__(), r = t;
	}
	function C(n, t) {
		return !n || n.length !== t.length || t.some(function(t, r) {
			return t !== n[r];
		});
	}
	function D(n, t) {
		return "function" == typeof t ? t(n) : t;
	}
	var STATUS_OF = new Map(Object.entries({
		INVALID_BODY: 400,
		MISSING_FIELDS: 400,
		INVALID_FIELD: 400,
		INVALID_CATEGORY: 400,
		INVALID_PREFIX: 400,
		MISSING_PARAM: 400,
		INVALID_PARAM: 400,
		FORBIDDEN: 403,
		NOT_FOUND: 404,
		METHOD_NOT_ALLOWED: 405,
		ALREADY_ANSWERED: 409,
		NOT_FLAGGED: 409,
		SYNC_EXPIRED: 410,
		QUESTION_CLOSED: 410,
		TOO_MANY_CLIPS: 409,
		UPLOAD_CONFLICT: 409,
		UPLOAD_GONE: 410,
		UPLOAD_VERSION: 412,
		PAYLOAD_TOO_LARGE: 413,
		UNSUPPORTED_MEDIA_TYPE: 415,
		RANGE_NOT_SATISFIABLE: 416,
		UPLOAD_LOCKED: 423,
		RATE_LIMITED: 429,
		INTERNAL_ERROR: 500,
		READ_ONLY: 503,
		OVERLOADED: 503,
		CHECKSUM_MISMATCH: 460,
		STORAGE_FULL: 507
	}));
	/** The status that an error of this code has; undefined for a code that is none of the API's. */
	function statusOf(code) {
		return STATUS_OF.get(code);
	}
	/** There is no answer of the server's, or it refused. */
	var Failure = class extends Error {
		waitMs;
		constructor(message, waitMs = 0) {
			super(message);
			this.waitMs = waitMs;
		}
	};
	/** Nobody answered. */
	var Unreachable = class extends Failure {};
	/** Somebody else answered, or made something else of what was sent: as good as no answer. */
	var Intercepted = class extends Unreachable {
		status;
		constructor(status, waitMs = 0) {
			super("Somebody else answered in the place of the RealTube server.", waitMs);
			this.status = status;
		}
	};
	/** The server refused, in the API's form. */
	var Refused = class extends Failure {
		code;
		constructor(code, message, waitMs) {
			super(message, waitMs);
			this.code = code;
		}
		/** Asking again later can help. */
		get isTemporary() {
			const status = statusOf(this.code) ?? 0;
			return status >= 500 || status === 429;
		}
	};
	// ../clients/typescript/src/shape.ts
	var flag = (value) => typeof value === "boolean";
	/* @__NO_SIDE_EFFECTS__ */
	function text(maxChars, pattern) {
		return (value) => typeof value === "string" && value.length <= maxChars && (pattern?.test(value) ?? true);
	}
	/* @__NO_SIDE_EFFECTS__ */
	function whole(min, max) {
		return (value) => Number.isInteger(value) && inRange(value, min, max);
	}
	/* @__NO_SIDE_EFFECTS__ */
	function numberIn(min, max) {
		return (value) => inRange(value, min, max);
	}
	/* @__NO_SIDE_EFFECTS__ */
	function oneOf(values) {
		return (value) => values.some((known) => known === value);
	}
	/* @__NO_SIDE_EFFECTS__ */
	function listOf(item, maxItems) {
		return (value) => Array.isArray(value) && value.length <= maxItems && value.every(item);
	}
	/** Members beyond those named are ignored. */
	/* @__NO_SIDE_EFFECTS__ */
	function object(fields, optional) {
		return (value) => {
			if (!isRecord(value)) return false;
			const has = ([name, shape]) => shape(value[name]);
			const mayHave = (entry) => value[entry[0]] === void 0 || has(entry);
			return Object.entries(fields).every(has) && Object.entries(optional ?? {}).every(mayHave);
		};
	}
	function isRecord(value) {
		return typeof value === "object" && value !== null && !Array.isArray(value);
	}
	function inRange(value, min, max) {
		return typeof value === "number" && value >= min && value <= max;
	}
	// ../clients/typescript/src/http.ts
	/**
	* One request and its answer, and whether it was the server at all that answered: hotels' sign-in
	* pages, filters and proxies answer in its place.
	*/
	var TIMEOUT_MS = 3e4;
	var DAY_MS = 864e5;
	/** Of JSON: a hundred prefixes of a very large site have less. */
	var MAX_JSON_BYTES = 67108864;
	/** The answer of an origin. Raises `Unreachable`. */
	async function send$1(origin, ask) {
		const { method = "GET", path, headers, body, timeoutMs = TIMEOUT_MS, signal } = ask;
		const hasBody = body !== void 0;
		const timeOut = AbortSignal.timeout(timeoutMs);
		try {
			return await fetch(`${origin}${path}`, {
				method,
				headers: {
					...headers,
					...hasBody && { "Content-Type": "application/json" }
				},
				...hasBody && { body: JSON.stringify(body) },
				cache: "no-store",
				credentials: "omit",
				redirect: "manual",
				referrerPolicy: "no-referrer",
				signal: signal ? AbortSignal.any([signal, timeOut]) : timeOut
			});
		} catch (error) {
			signal?.throwIfAborted();
			throw unreachable(error);
		}
	}
	/** What the server says. Raises `Refused`, `Unreachable`. */
	async function take(response, read) {
		if (!response.ok) throw await refusal(response);
		return read(response);
	}
	/** Reads JSON of a shape. */
	function json(shape) {
		return async (response) => {
			const value = parsed$1(await bytesOf(response));
			if (!shape(value)) throw new Intercepted(response.status);
			return value;
		};
	}
	/** JSON in bytes; undefined for what is none. */
	function parsed$1(bytes) {
		try {
			return JSON.parse(new TextDecoder().decode(bytes));
		} catch {
			return;
		}
	}
	/** The body, without content encoding. Raises `Intercepted` for a larger one, `Unreachable`. */
	async function bytesOf(response, maxBytes = MAX_JSON_BYTES) {
		const chunks = [];
		let bytes = 0;
		const reader = response.body?.getReader();
		while (reader) {
			const { value, done } = await reader.read().catch((error) => {
				throw unreachable(error);
			});
			if (done) break;
			bytes += value.length;
			chunks.push(value);
			if (bytes > maxBytes) {
				await reader.cancel().catch(() => void 0);
				throw new Intercepted(response.status);
			}
		}
		const whole = new Uint8Array(bytes);
		let at = 0;
		for (const chunk of chunks) {
			whole.set(chunk, at);
			at += chunk.length;
		}
		return whole;
	}
	/** The answer to what only has to be done. */
	var isDone = /* @__PURE__ */ object({ success: (value) => value === true });
	var isFailure = /* @__PURE__ */ object({ error: /* @__PURE__ */ object({
		code: /* @__PURE__ */ text(50),
		message: /* @__PURE__ */ text(1e3)
	}, {
		field: /* @__PURE__ */ text(100),
		retryAfter: /* @__PURE__ */ numberIn(0, 1e9)
	}) });
	async function refusal(response) {
		const { status, headers } = response;
		const body = parsed$1(await bytesOf(response));
		const failure = isFailure(body) && statusOf(body.error.code) === status ? body.error : void 0;
		const waitMs = waitMsOf(headers, failure?.retryAfter);
		const isLost = failure?.code === "INVALID_BODY" && failure.field === void 0;
		if (!failure || isLost) return new Intercepted(status, waitMs);
		return new Refused(failure.code, failure.message, waitMs);
	}
	/** For how long not to ask again, a day at most, as the headers say, or else the body; 0 for any. */
	function waitMsOf(headers, inBody = 0) {
		const seconds = waitSeconds(headers) ?? inBody;
		return Math.min(Math.max(seconds, 0) * 1e3, DAY_MS);
	}
	/** Seconds in a Retry-After header, which may also name a time, by the clock of who answered. */
	function waitSeconds(headers) {
		const header = headers.get("Retry-After");
		if (header === null) return void 0;
		const seconds = Number(header);
		if (Number.isFinite(seconds)) return seconds;
		const until = Date.parse(header);
		const now = Date.parse(headers.get("Date") ?? "");
		return Number.isNaN(until - now) ? void 0 : (until - now) / 1e3;
	}
	function unreachable(error) {
		return new Unreachable(error instanceof Error ? error.message : String(error));
	}
	new TextEncoder();
	/** Bytes in hexadecimal. */
	function hex(bytes) {
		return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
	}
	// ../clients/typescript/src/sha256.ts
	/**
	* SHA-256 without waiting. Browsers have it too, but as a promise for each digest, and a proof of
	* work takes a hundred thousand: there it would take ten times as long.
	*/
	var BLOCK_BYTES = 64;
	var LENGTH_BYTES = 8;
	/** The first bits of the fractional parts of the roots of the first 64 primes. */
	function fractions(root, count) {
		const primes = [];
		for (let number = 2; primes.length < count; number++) if (primes.every((prime) => number % prime !== 0)) primes.push(number);
		return Int32Array.from(primes, (prime) => root(prime) % 1 * 2 ** 32 | 0);
	}
	var ROUNDS$1 = fractions(Math.cbrt, 64);
	var START = fractions(Math.sqrt, 8);
	/** A text's beginning, taken in once, so that many ends can be tried. */
	var Sha256 = class {
		beginning;
		state = Int32Array.from(START);
		words = /* @__PURE__ */ new Int32Array(64);
		out = /* @__PURE__ */ new Int32Array(8);
		rest;
		/** @param beginning of everything that is hashed */
		constructor(beginning) {
			this.beginning = beginning;
			const whole = beginning.length - beginning.length % BLOCK_BYTES;
			takeIn(this.state, this.words, beginning.subarray(0, whole));
			this.rest = beginning.subarray(whole);
		}
		/** SHA-256 of the beginning and this end: eight words of 32 bits, until the next call. */
		digest(end) {
			this.out.set(this.state);
			takeIn(this.out, this.words, padded(this.rest, end, this.beginning.length + end.length));
			return this.out;
		}
	};
	/** The last bytes of so many, in two parts, filled up to whole blocks as SHA-256 has it. */
	function padded(rest, end, bytes) {
		const length = rest.length + end.length;
		const out = new Uint8Array(Math.ceil((length + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES);
		out.set(rest);
		out.set(end, rest.length);
		out[length] = 128;
		const view = new DataView(out.buffer);
		view.setUint32(out.length - 8, Math.floor(bytes / 2 ** 29));
		view.setUint32(out.length - 4, bytes * 8 % 2 ** 32);
		return out;
	}
	function takeIn(state, words, blocks) {
		const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
		for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
			schedule(words, view, at);
			mix(state, words);
		}
	}
	function schedule(words, view, start) {
		for (let at = 0; at < 16; at++) words[at] = view.getInt32(start + 4 * at);
		for (let at = 16; at < 64; at++) {
			const a = words[at - 15];
			const b = words[at - 2];
			const small = turn(a, 7) ^ turn(a, 18) ^ a >>> 3;
			const large = turn(b, 17) ^ turn(b, 19) ^ b >>> 10;
			words[at] = words[at - 16] + small + words[at - 7] + large;
		}
	}
	function mix(state, words) {
		let a = state[0];
		let b = state[1];
		let c = state[2];
		let d = state[3];
		let e = state[4];
		let f = state[5];
		let g = state[6];
		let h = state[7];
		for (let at = 0; at < 64; at++) {
			const choice = e & f ^ ~e & g;
			const most = a & b ^ a & c ^ b & c;
			const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUNDS$1[at] + words[at] | 0;
			const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most | 0;
			h = g;
			g = f;
			f = e;
			e = d + one | 0;
			d = c;
			c = b;
			b = a;
			a = one + two | 0;
		}
		state[0] = state[0] + a;
		state[1] = state[1] + b;
		state[2] = state[2] + c;
		state[3] = state[3] + d;
		state[4] = state[4] + e;
		state[5] = state[5] + f;
		state[6] = state[6] + g;
		state[7] = state[7] + h;
	}
	function turn(word, bits) {
		return word >>> bits | word << 32 - bits;
	}
	// ../clients/typescript/src/values.ts
	/** The words of the data. */
	var CATEGORIES = [
		"fully_ai",
		"ai_voiceover",
		"ai_visuals",
		"ai_thumbnails",
		"ai_assisted",
		"ai_music"
	];
	var SIGNS = [
		"voice",
		"faces",
		"watermark",
		"text",
		"music",
		"reused",
		"says_so"
	];
	var SOURCES = [
		"voted",
		"listed",
		"reviewed"
	];
	// ../clients/typescript/src/jurors.ts
	/** What a juror may answer. A kind of AI goes with the first two. */
	var ANSWERS = [
		"ai",
		"partly",
		"human",
		"unsure"
	];
	var kind = /* @__PURE__ */ oneOf(CATEGORIES);
	var answer$2 = /* @__PURE__ */ oneOf(ANSWERS);
	var videos = /* @__PURE__ */ listOf(/* @__PURE__ */ text(16, /^[\w-]{1,16}$/), 5);
	var isQuestion = /* @__PURE__ */ object({
		id: /* @__PURE__ */ text(64, /^[\w-]+$/),
		videos
	}, {
		channel: /* @__PURE__ */ text(200),
		closesAt: /* @__PURE__ */ text(40)
	});
	/** The answer of `jurorAsks.questions`: what is drawn, and what is left of a training round. */
	var isQuestions = /* @__PURE__ */ object({
		questions: /* @__PURE__ */ listOf(isQuestion, 1e3),
		training: /* @__PURE__ */ listOf(isQuestion, 1e3)
	});
	/** The answer of `jurorAsks.me` and `jurorAsks.enrol`; of its `answers` the newest come first. */
	var isJuror = /* @__PURE__ */ object({
		state: /* @__PURE__ */ oneOf([
			"training",
			"rooted",
			"paused"
		]),
		since: /* @__PURE__ */ text(40),
		questionsLeft: /* @__PURE__ */ whole(0, 1e3),
		answered: /* @__PURE__ */ whole(0, 1e9),
		answers: /* @__PURE__ */ listOf(/* @__PURE__ */ object({
			videos,
			answer: answer$2,
			answeredAt: /* @__PURE__ */ text(40)
		}, {
			channel: /* @__PURE__ */ text(200),
			kind,
			outcome: /* @__PURE__ */ oneOf([
				"ai",
				"human",
				"undecided"
			]),
			training: flag,
			/** What voters noticed in these videos. */
			signs: /* @__PURE__ */ listOf(/* @__PURE__ */ object({
				videoId: /* @__PURE__ */ text(16),
				sign: /* @__PURE__ */ text(50),
				voices: /* @__PURE__ */ whole(0, 1e9)
			}, { at: /* @__PURE__ */ whole(0, 1e9) }), 100)
		}), 1e3)
	}, {
		training: /* @__PURE__ */ object({
			answered: /* @__PURE__ */ whole(0, 1e6),
			of: /* @__PURE__ */ whole(0, 1e6)
		}),
		accuracy: /* @__PURE__ */ object({
			ai: /* @__PURE__ */ numberIn(0, 1),
			human: /* @__PURE__ */ numberIn(0, 1),
			needed: /* @__PURE__ */ numberIn(0, 1)
		})
	});
	var PATH$1 = "/api/jurors";
	var ME = `${PATH$1}/me`;
	/** The requests, each of a voter by what `userIdOf` gives. */
	var jurorAsks = {
		/** Answered as any challenge; becoming a juror always takes one. */
		challenge: (userId) => named$1(userId, { path: "/api/challenge?for=juror" }),
		/** For who wants to be asked; who is a juror already stays one. */
		enrol: (userId, proof) => posted$1(PATH$1, {
			userId,
			agreed: true,
			...proof !== void 0 && { proof }
		}),
		me: (userId) => named$1(userId, { path: ME }),
		questions: (userId) => named$1(userId, { path: `${ME}/questions` }),
		answer: (userId, said) => posted$1(`${ME}/answers`, {
			userId,
			...said
		}),
		/** Be no juror any more: the server forgets all answers. */
		leave: (userId) => named$1(userId, {
			method: "DELETE",
			path: ME
		})
	};
	function named$1(userId, ask) {
		return {
			...ask,
			headers: { "X-User-ID": userId },
			isNamed: true
		};
	}
	function posted$1(path, body) {
		return {
			method: "POST",
			path,
			body,
			isNamed: true
		};
	}
	var SLICE_MS = 20;
	/**
	* The proof. Each bit doubles the work: 16 bits take about 65,000 hashes.
	*
	* @param bits 0 to `MAX_BITS`; raises RangeError for others
	* @param pause called between slices of work, so that nothing else has to wait
	*/
	async function solve(challenge, bits, pause) {
		if (!(bits >= 0 && bits <= 26)) throw new RangeError(`A proof of ${bits} bits is too much work.`);
		const encoder = new TextEncoder();
		const hash = new Sha256(encoder.encode(`${challenge}:`));
		let deadline = performance.now() + SLICE_MS;
		for (let counter = 0;; counter++) {
			const [first = 0] = hash.digest(encoder.encode(String(counter)));
			if (Math.clz32(first) >= bits) return `${challenge}:${counter}`;
			if (counter % 256 === 0 && performance.now() > deadline) {
				await pause();
				deadline = performance.now() + SLICE_MS;
			}
		}
	}
	/** Whether a voter has to work before voting. */
	var isChallenge = /* @__PURE__ */ object({ proofRequired: flag }, {
		challenge: /* @__PURE__ */ text(128),
		bits: /* @__PURE__ */ whole(0, 256)
	});
	// ../clients/typescript/src/identity.ts
	/** The viewer's secret number and the name under which the server knows it. */
	var ROUNDS = 5e3;
	function newIdentity() {
		return crypto.randomUUID();
	}
	/**
	* The `userId` for a secret UUID: SHA-256, 5,000 times, each round over the previous digest as
	* 64 hexadecimal characters. Who knows the UUID can vote as its owner, so only this leaves.
	*/
	async function userIdOf(uuid) {
		let text = uuid;
		for (let round = 0; round < ROUNDS; round++) text = await hexDigest(text);
		return text;
	}
	async function hexDigest(text) {
		return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
	}
	// src/core/once.ts
	/** What a slow call gave, made once. A failure is not kept: whoever asks next has it made again. */
	var Once = class {
		constructor(make) {
			this.make = make;
		}
		get() {
			return this.kept ?? this.keep(this.make());
		}
		set(value) {
			this.kept = Promise.resolve(value);
		}
		forget() {
			this.kept = void 0;
		}
		keep(made) {
			this.kept = made;
			made.catch(() => {
				if (this.kept === made) this.kept = void 0;
			});
			return made;
		}
	};
	// src/background/local.ts
	/** Small things that are kept in the browser's storage for extensions. */
	/** Raises an error in the viewer's words: mostly the disk is full. */
	async function keepLocally(items) {
		try {
			await browser.storage.local.set(items);
		} catch {
			throw new Error(t("storageFails"));
		}
	}
	// src/background/identity.ts
	/** Keeps the viewer's secret number. Only what is derived from it ever leaves. */
	var isIdentity = /* @__PURE__ */ object({
		id: /* @__PURE__ */ text(36),
		userId: /* @__PURE__ */ text(64)
	});
	var IdentityKeeper = class {
		constructor() {
			this.kept = new Once(() => this.load());
		}
		get() {
			return this.kept.get();
		}
		/** Become another voter: the one whose backup this is. */
		async restore(id) {
			this.kept.set(await this.store(id));
		}
		async load() {
			const { identity } = await browser.storage.local.get("identity");
			return isIdentity(identity) ? identity : this.store(newIdentity());
		}
		async store(id) {
			const identity = {
				id,
				userId: await userIdOf(id)
			};
			await keepLocally({ identity });
			return identity;
		}
	};
	// src/jury/bench.ts
	/** The background's part of the jury: it asks the server, opens tabs and knows what they ask. */
	/** New questions come a few times a day. */
	var BADGE_EVERY_MS = 216e5;
	var Bench = class {
		constructor(server, identity) {
			this.server = server;
			this.identity = identity;
		}
		/** What the server says to that, unread, or why there is no answer. */
		async ask({ ask, said, proof }) {
			const { userId } = await this.identity.get();
			const request = jurorAsks[ask](userId, said ?? proof);
			const sent = [
				said?.question,
				said?.answer,
				said?.kind
			].filter(Boolean).join(" ");
			try {
				const value = await this.server.request({
					...request,
					sent
				}, json(/* @__PURE__ */ object({})));
				if (said && isDone(value)) await this.over(said.question);
				return { value };
			} catch (error) {
				if (!(error instanceof Failure)) throw error;
				const { message: why, waitMs } = error;
				return {
					code: error instanceof Refused ? error.code : "",
					why,
					waitMs
				};
			}
		}
		/** Open one of a question's videos, in a tab that asks it. Only YouTube is contacted. */
		async open({ question, at }) {
			const url = `https://www.youtube.com/watch?v=${question.videos[at]}`;
			const { id } = await browser.tabs.create({ url: "about:blank" });
			if (id === void 0) return;
			await browser.storage.session.set({ [`jury${id}`]: question });
			await browser.tabs.update(id, { url });
		}
		/** Whether some tab asks about this video, and was not answered. */
		async isAsked(videoId) {
			return (await this.asked()).some(([, { videos }]) => videos.includes(videoId));
		}
		/** What a tab asks. */
		async questionOf(tabId) {
			const key = `jury${tabId}`;
			return (await browser.storage.session.get(key))[key];
		}
		/** Answer what a tab asks. Rejects with words for the viewer. */
		async answer(tabId, said) {
			const question = await this.questionOf(tabId);
			if (!question) throw new Error("nothing is asked here");
			const told = await this.ask({
				ask: "answer",
				said: {
					question: question.id,
					...said
				}
			});
			if ("code" in told) throw new Error(told.why);
			if (!isDone(told.value)) throw new Error(t("intercepted"));
		}
		/** The tabs that ask it need not any more. */
		async over(questionId) {
			const asking = (await this.asked()).filter(([, { id }]) => id === questionId);
			await browser.storage.session.remove(asking.map(([key]) => key));
		}
		async asked() {
			const kept = await browser.storage.session.get(null);
			return Object.entries(kept).filter((entry) => /^jury\d+$/.test(entry[0]));
		}
		async close(tabId) {
			await browser.storage.session.remove(`jury${tabId}`);
		}
		/** Show on the icon how much there is to judge, for who wants that. Never rejects. */
		async refreshBadge(server) {
			const { jury } = await browser.storage.local.get("jury");
			const now = Date.now();
			if (!jury?.badge || jury.server !== server) return;
			if (Math.abs(now - (jury.askedAt ?? 0)) < BADGE_EVERY_MS) return;
			await browser.storage.local.set({ jury: {
				...jury,
				askedAt: now
			} });
			const told = await this.ask({ ask: "questions" });
			const { questions = [] } = "value" in told ? told.value : {};
			await browser.action.setBadgeText({ text: questions.length ? `${questions.length}` : "" });
		}
	};
	/** The latest second that the server takes: YouTube's longest video. */
	var AT_MAX_S = 43200;
	/** Seconds; undefined for what is no time, or after the longest video. */
	function secondsOf(text) {
		if (!new RegExp(`^(\\d{1,2}:){0,2}\\d{1,5}$`).test(text)) return void 0;
		const at = text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
		return at <= 43200 ? at : void 0;
	}
	function clockOf(at) {
		const parts = [Math.floor(at / 60), at % 60];
		if (at >= 3600) parts.splice(0, 1, Math.floor(at / 3600), Math.floor(at / 60) % 60);
		return parts.map((part, index) => index ? `${part}`.padStart(2, "0") : part).join(":");
	}
	// src/site/notes.ts
	/** What the server's own page asks about notes, and what it takes for an answer. */
	var about = {
		targetType: /* @__PURE__ */ oneOf(["video", "channel"]),
		targetId: /* @__PURE__ */ text(120),
		verdict: /* @__PURE__ */ oneOf(["ai", "human"])
	};
	/** Nothing but https may ever be a link here, whatever a server says. */
	var source = {
		link: /* @__PURE__ */ text(500, /^https:\/\/[!-~]+$/),
		at: /* @__PURE__ */ whole(0, AT_MAX_S)
	};
	var id = /* @__PURE__ */ text(40, /^n[0-9a-f]+$/);
	var isNotes = /* @__PURE__ */ object({
		write: /* @__PURE__ */ listOf(/* @__PURE__ */ object({
			...about,
			videos: /* @__PURE__ */ listOf(/* @__PURE__ */ text(16, /^[\w-]{1,16}$/), 5)
		}), 100),
		rate: /* @__PURE__ */ listOf(/* @__PURE__ */ object({
			id,
			...about,
			text: /* @__PURE__ */ text(500)
		}, source), 100),
		mine: /* @__PURE__ */ listOf(/* @__PURE__ */ object({
			id,
			...about,
			text: /* @__PURE__ */ text(500),
			state: /* @__PURE__ */ oneOf([
				"waiting",
				"shown",
				"unshown",
				"hidden"
			])
		}, source), 100)
	});
	var PATH = "/api/jurors/me/notes";
	var noteAsks = {
		all: (userId) => named(userId, { path: PATH }),
		write: (userId, { targetType, targetId }, said) => posted(PATH, {
			userId,
			targetType,
			targetId,
			...said
		}),
		withdraw: (userId, note) => named(userId, {
			method: "DELETE",
			path: `${PATH}/${note}`
		}),
		rate: (userId, note, helpful) => posted(`${PATH}/${note}/ratings`, {
			userId,
			helpful
		})
	};
	var isStored = /* @__PURE__ */ object({});
	function named(userId, ask) {
		return {
			...ask,
			headers: { "X-User-ID": userId },
			isNamed: true
		};
	}
	function posted(path, body) {
		return {
			method: "POST",
			path,
			body,
			isNamed: true
		};
	}
	var messages_default$5 = {
		category_fully_ai: { "message": "ذكاء اصطناعي بالكامل" },
		category_ai_voiceover: { "message": "صوت بالذكاء الاصطناعي" },
		category_ai_visuals: { "message": "صور بالذكاء الاصطناعي" },
		category_ai_thumbnails: { "message": "صورة مصغرة بالذكاء الاصطناعي" },
		category_ai_assisted: { "message": "بمساعدة الذكاء الاصطناعي" },
		category_not_ai: { "message": "ليس ذكاءً اصطناعيًا" },
		popupRefresh: { "message": "تحديث" },
		identityTitle: { "message": "الهوية" },
		identityWarning: { "message": "هذا الرقم كلمة مرور: من يملكه يصوّت باسمك. احفظ النسخ في مكان آمن ولا تنشرها أبدًا." },
		identityBackup: { "message": "النسخ الاحتياطي" },
		identityShow: { "message": "إظهار الرقم السري" },
		identityHide: { "message": "إخفاء الرقم السري" },
		identitySave: { "message": "حفظ كملف" },
		identityRestore: { "message": "الاستعادة من نسخة" },
		identityRestoreButton: { "message": "استعادة" },
		identityQuestion: { "message": "استبدال هويتك؟ دون نسخة احتياطية تُفقد الحالية إلى الأبد." },
		identityWrong: { "message": "هذا ليس رقمًا سريًا من RealTube." },
		identityRestored: { "message": "استُعيدت هويتك." },
		direction: { "message": "rtl" },
		language: { "message": "ar" },
		intercepted: { "message": "أجاب شيء بينك وبين الخادم بدلًا منه: ربما صفحة تسجيل الدخول إلى شبكة أو مُرشِّح. ستُعاد المحاولة لاحقًا." },
		storageFails: { "message": "لا يستطيع هذا المتصفح تخزين المزيد من أجل RealTube: ربما امتلأ القرص. أفرغ بعض المساحة ثم حاول مجددًا." },
		category_ai_music: { "message": "موسيقى بالذكاء الاصطناعي" },
		juryTitle: { "message": "هيئة المحلّفين" },
		juryInbox: { "message": "بانتظار حكمك" },
		juryWhat: { "message": "تؤكّد هيئة محلّفين أيّ المقاطع صُنع بالذكاء الاصطناعي، كي لا يستطيع أحد شراء بلاغ. بصفتك محلّفًا تُسأل عن مقاطع يختارها الخادم بالقرعة، لا عن مقاطع تختارها أنت." },
		juryHow: { "message": "تتدرّب أولًا على مقاطع جوابها محسوم، عشرة في كل مرة، وترى نتيجتك بعد كل عشرة. ثم تصلك حتى ثلاثة أسئلة في اليوم. تصبح إجاباتك حاسمة متى صحّ منها ما يكفي، في مقاطع الذكاء الاصطناعي وفي البشرية معًا." },
		juryLearns: { "message": "يعرف الخادم إجاباتك ووقتها، تحت الرقم السري نفسه الذي لبلاغاتك. ولا يعرف ما تشاهده: تُحسب الثواني العشرون في هذا المتصفح، وفتح السؤال لا يرسل إلى الخادم شيئًا." },
		juryStop: { "message": "يمكنك التوقف في أي وقت، وعندها ينسى الخادم كل إجاباتك." },
		juryAgree: { "message": "أريد أن أُسأل، وسأجيب بما أراه بنفسي." },
		juryJoin: { "message": "كن محلّفًا" },
		juryWorking: { "message": "يُجري متصفحك بعض الحسابات كي لا يصبح أحد ألف محلّف. قد يستغرق ذلك دقيقة." },
		juryNone: { "message": "لا هيئات محلّفين في هذا الخادم." },
		juryGone: { "message": "لم يعد هذا الخادم يعرفك محلّفًا." },
		juryClosed: { "message": "أُغلق هذا السؤال ولم تُحفظ إجابتك." },
		juryTooMany: { "message": "طلبات كثيرة جدًا. حاول مجددًا بعد $1." },
		juryPaused: { "message": "أوقفك مشرف مؤقتًا عن التحكيم. لن تُسأل عن شيء في هذه الأثناء." },
		juryToday: { "message": "مقاطع للحكم عليها اليوم: $1" },
		juryPractice: { "message": "جولة تدريب، المقاطع المتبقية: $1" },
		juryNothing: { "message": "لا شيء للحكم عليه الآن. تُسحب الهيئات بالقرعة عدة مرات في اليوم، وفقط حيث اجتاز التدريبَ عشرةُ محلّفين على الأقل." },
		juryNothingYet: { "message": "لا شيء للحكم عليه الآن. بعد جولات التدريب تصلك حتى ثلاثة أسئلة في اليوم: عُد غدًا." },
		juryNoPractice: { "message": "لا يوجد ما تتدرّب عليه بعد: لم يحسم مشرفو هذا الخادم مقاطع كافية. عد بعد بضعة أيام." },
		juryProgress: { "message": "مقاطع التدريب التي حكمت عليها: $1 من $2" },
		juryRooted: { "message": "إجاباتك حاسمة." },
		juryNotRooted: { "message": "أنت تتدرّب: إجاباتك لا تحسم بعد." },
		juryVideo: { "message": "المقطع $1" },
		juryChannel: { "message": "$1: إجابة واحدة لكل مقاطع هذه القناة أدناه. هل أحدها من قناة أخرى؟ اختر «لا أستطيع الجزم»." },
		juryWatch: { "message": "شاهد" },
		jurySure: { "message": "أنا متأكد بالفعل" },
		juryWait: { "message": "نسألك إن كان هذا من صنع الذكاء الاصطناعي. تظهر الإجابات بعد مشاهدة 20 ثانية لا يحسبها إلا هذا المتصفح." },
		juryAsk: { "message": "كيف صُنع هذا؟" },
		juryAnswer_ai: { "message": "بالذكاء الاصطناعي" },
		juryAnswer_partly: { "message": "جزئيًا بالذكاء الاصطناعي" },
		juryAnswer_human: { "message": "بأيدي بشر" },
		juryAnswer_unsure: { "message": "لا أستطيع الجزم" },
		juryKind: { "message": "أيّ نوع من الذكاء الاصطناعي؟" },
		juryKindNone: { "message": "لا أعرف أيّها" },
		juryBack: { "message": "رجوع" },
		juryThanks: { "message": "شكرًا. أُرسلت إجابتك." },
		juryRound: { "message": "آخر جولة تدريب: $1 صحيحة من $2" },
		juryMine: { "message": "إجاباتك وما آلت إليه" },
		juryOutcome_ai: { "message": "النتيجة: ذكاء اصطناعي" },
		juryOutcome_human: { "message": "النتيجة: من صنع بشر" },
		juryOutcome_undecided: { "message": "النتيجة: لم تتمكن الهيئة من الحسم" },
		juryOutcome_open: { "message": "لم يُحسم بعد" },
		juryAccuracy: { "message": "دقتك حتى الليلة الماضية" },
		juryFound: { "message": "مقاطع الذكاء الاصطناعي التي تميّزها" },
		juryLeft: { "message": "المقاطع البشرية التي تتركها وشأنها" },
		juryNeeded: { "message": "المطلوب في كليهما" },
		juryBadge: { "message": "أظهر على الأيقونة عدد ما ينتظر الحكم" },
		juryBadge_hint: { "message": "يسأل الخادم بضع مرات في اليوم. لا توجد إشعارات أخرى." },
		jurySwitch: { "message": "أنا محلّف" },
		jurySwitch_hint: { "message": "أطفئه للمغادرة: ينسى الخادم كل إجاباتك." },
		juryLeaveWaits: { "message": "لن تُسأل عن شيء بعد الآن، لكن تعذّر إبلاغ الخادم ولا تزال إجاباتك لديه." },
		juryRetry: { "message": "حاول مجددًا" },
		juryMore: { "message": "إجاباتك ودقتك وإعداداتك" },
		sign_voice: { "message": "صوت اصطناعي" },
		sign_faces: { "message": "وجوه أو أيدٍ" },
		sign_watermark: { "message": "علامة مائية لمولّد" },
		sign_text: { "message": "نص مشوّه" },
		sign_music: { "message": "موسيقى" },
		sign_reused: { "message": "صور معاد استخدامها" },
		sign_says_so: { "message": "الفيديو نفسه يقول ذلك" },
		signsVoters: { "message": "$1: عدد المصوّتين $2" },
		signsVotersAt: { "message": "$1 عند $2: عدد المصوّتين $3" }
	};
	var messages_default$4 = {
		category_fully_ai: { "message": "Ganz KI" },
		category_ai_voiceover: { "message": "KI-Stimme" },
		category_ai_visuals: { "message": "KI-Bilder" },
		category_ai_thumbnails: { "message": "KI-Vorschaubild" },
		category_ai_assisted: { "message": "Mit KI-Hilfe" },
		category_not_ai: { "message": "Keine KI" },
		popupRefresh: { "message": "Aktualisieren" },
		identityTitle: { "message": "Identität" },
		identityWarning: { "message": "Diese Nummer ist ein Passwort: Wer sie hat, stimmt als du ab. Bewahre Sicherungen sicher auf und veröffentliche sie nie." },
		identityBackup: { "message": "Sichern" },
		identityShow: { "message": "Geheime Nummer zeigen" },
		identityHide: { "message": "Geheime Nummer verbergen" },
		identitySave: { "message": "Als Datei speichern" },
		identityRestore: { "message": "Aus einer Sicherung wiederherstellen" },
		identityRestoreButton: { "message": "Wiederherstellen" },
		identityQuestion: { "message": "Identität ersetzen? Ohne Sicherung ist die jetzige für immer verloren." },
		identityWrong: { "message": "Das ist keine geheime Nummer von RealTube." },
		identityRestored: { "message": "Deine Identität ist wiederhergestellt." },
		direction: { "message": "ltr" },
		language: { "message": "de" },
		intercepted: { "message": "Etwas zwischen dir und dem Server hat an seiner Stelle geantwortet: vielleicht die Anmeldeseite eines Netzes oder ein Filter. Es wird später noch einmal versucht." },
		storageFails: { "message": "Dieser Browser kann für RealTube nichts mehr speichern: Vielleicht ist die Festplatte voll. Schaffe etwas Platz und versuche es dann noch einmal." },
		category_ai_music: { "message": "KI-Musik" },
		juryTitle: { "message": "Jury" },
		juryInbox: { "message": "Zu beurteilen" },
		juryWhat: { "message": "Eine Jury bestätigt, welche Videos mit KI gemacht sind, damit niemand eine Markierung kaufen kann. Als Mitglied wirst du nach Videos gefragt, die der Server auslost, nicht nach selbst gewählten." },
		juryHow: { "message": "Zuerst übst du an Videos, deren Antwort feststeht, je zehn auf einmal, und siehst nach jeweils zehn dein Ergebnis. Danach gibt es bis zu drei Fragen am Tag. Deine Antworten entscheiden, sobald genug davon richtig waren, bei KI-Videos wie bei menschlichen." },
		juryLearns: { "message": "Der Server erfährt deine Antworten und wann du sie gabst, unter derselben geheimen Nummer wie deine Meldungen. Was du ansiehst, erfährt er nicht: Die 20 Sekunden zählt dieser Browser, und eine Frage zu öffnen sendet dem Server nichts." },
		juryStop: { "message": "Du kannst jederzeit aufhören. Der Server vergisst dann alle deine Antworten." },
		juryAgree: { "message": "Ich möchte gefragt werden und antworte, was ich selbst denke." },
		juryJoin: { "message": "Jury-Mitglied werden" },
		juryWorking: { "message": "Dein Browser rechnet etwas, damit niemand zu tausend Mitgliedern wird. Das kann eine Minute dauern." },
		juryNone: { "message": "Dieser Server hat keine Jurys." },
		juryGone: { "message": "Dieser Server kennt dich nicht mehr als Jury-Mitglied." },
		juryClosed: { "message": "Diese Frage ist geschlossen; deine Antwort wurde nicht gespeichert." },
		juryTooMany: { "message": "Zu viele Anfragen. Versuche es nach $1 wieder." },
		juryPaused: { "message": "Die Moderation hat dich als Jury-Mitglied pausiert. So lange wirst du nichts gefragt." },
		juryToday: { "message": "Heute zu beurteilende Videos: $1" },
		juryPractice: { "message": "Übungsrunde, noch offene Videos: $1" },
		juryNothing: { "message": "Gerade gibt es nichts zu beurteilen. Jurys werden mehrmals am Tag ausgelost, und erst, wenn mindestens zehn Mitglieder die Übung bestanden haben." },
		juryNothingYet: { "message": "Gerade gibt es nichts zu beurteilen. Nach den Übungsrunden kommen bis zu drei Fragen am Tag: Schau morgen wieder vorbei." },
		juryNoPractice: { "message": "Es gibt noch nichts zum Üben: Die Moderation dieses Servers hat noch nicht genug Videos festgelegt. Schau in einigen Tagen wieder herein." },
		juryProgress: { "message": "Beurteilte Übungsvideos: $1 von $2" },
		juryRooted: { "message": "Deine Antworten entscheiden mit." },
		juryNotRooted: { "message": "Du übst: Deine Antworten entscheiden noch nicht mit." },
		juryVideo: { "message": "Video $1" },
		juryChannel: { "message": "$1: eine Antwort für alle folgenden Videos dieses Kanals. Ist eines von einem anderen Kanal? Dann „Kann ich nicht sagen“." },
		juryWatch: { "message": "Ansehen" },
		jurySure: { "message": "Ich bin schon sicher" },
		juryWait: { "message": "Du wirst gefragt, ob dies mit KI gemacht ist. Die Antworten erscheinen, wenn du 20 Sekunden zugesehen hast; das zählt nur dieser Browser." },
		juryAsk: { "message": "Wie wurde das gemacht?" },
		juryAnswer_ai: { "message": "Mit KI" },
		juryAnswer_partly: { "message": "Teilweise mit KI" },
		juryAnswer_human: { "message": "Von Menschen" },
		juryAnswer_unsure: { "message": "Kann ich nicht sagen" },
		juryKind: { "message": "Welche Art von KI?" },
		juryKindNone: { "message": "Ich weiß nicht, welche" },
		juryBack: { "message": "Zurück" },
		juryThanks: { "message": "Danke. Deine Antwort wurde gesendet." },
		juryRound: { "message": "Letzte Übungsrunde: $1 von $2 richtig" },
		juryMine: { "message": "Deine Antworten und was daraus wurde" },
		juryOutcome_ai: { "message": "Ergebnis: KI" },
		juryOutcome_human: { "message": "Ergebnis: von Menschen" },
		juryOutcome_undecided: { "message": "Ergebnis: Die Jury war sich nicht einig" },
		juryOutcome_open: { "message": "Noch nicht entschieden" },
		juryAccuracy: { "message": "Wie gut du bist, Stand letzte Nacht" },
		juryFound: { "message": "KI-Videos, die du erkennst" },
		juryLeft: { "message": "Menschliche Videos, die du in Ruhe lässt" },
		juryNeeded: { "message": "Bei beidem nötig" },
		juryBadge: { "message": "Auf dem Symbol zeigen, wie viel zu beurteilen ist" },
		juryBadge_hint: { "message": "Fragt den Server ein paarmal am Tag. Andere Benachrichtigungen gibt es nicht." },
		jurySwitch: { "message": "Ich bin Jury-Mitglied" },
		jurySwitch_hint: { "message": "Schalte aus, um zu gehen: Der Server vergisst alle deine Antworten." },
		juryLeaveWaits: { "message": "Du wirst nichts mehr gefragt, aber der Server konnte noch nicht benachrichtigt werden und hat deine Antworten noch." },
		juryRetry: { "message": "Noch einmal versuchen" },
		juryMore: { "message": "Deine Antworten, Genauigkeit und Einstellungen" },
		sign_voice: { "message": "Künstliche Stimme" },
		sign_faces: { "message": "Gesichter oder Hände" },
		sign_watermark: { "message": "Wasserzeichen eines Generators" },
		sign_text: { "message": "Verstümmelter Text" },
		sign_music: { "message": "Musik" },
		sign_reused: { "message": "Wiederverwendete Bilder" },
		sign_says_so: { "message": "Sagt es selbst" },
		signsVoters: { "message": "$1: $2 Personen" },
		signsVotersAt: { "message": "$1 bei $2: $3 Personen" }
	};
	var messages_default$3 = {
		category_fully_ai: { "message": "Fully AI" },
		category_ai_voiceover: { "message": "AI voiceover" },
		category_ai_visuals: { "message": "AI visuals" },
		category_ai_thumbnails: { "message": "AI thumbnail" },
		category_ai_assisted: { "message": "AI assisted" },
		category_not_ai: { "message": "Not AI" },
		popupRefresh: { "message": "Refresh" },
		identityTitle: { "message": "Identity" },
		identityWarning: { "message": "This number is a password: whoever has it votes as you. Keep backups safe and never publish one." },
		identityBackup: { "message": "Back up" },
		identityShow: { "message": "Show the secret number" },
		identityHide: { "message": "Hide the secret number" },
		identitySave: { "message": "Save as a file" },
		identityRestore: { "message": "Restore from a backup" },
		identityRestoreButton: { "message": "Restore" },
		identityQuestion: { "message": "Replace your identity? Without a backup the present one is lost for ever." },
		identityWrong: { "message": "This is not a secret number of RealTube." },
		identityRestored: { "message": "Your identity was restored." },
		direction: { "message": "ltr" },
		language: { "message": "en" },
		intercepted: { "message": "Something between you and the server answered in its place: perhaps a network’s sign-in page, or a filter. It is tried again later." },
		storageFails: { "message": "This browser cannot store anything more for RealTube: the disk may be full. Free some space, then try again." },
		category_ai_music: { "message": "AI music" },
		juryTitle: { "message": "Jury" },
		juryInbox: { "message": "To judge" },
		juryWhat: { "message": "A jury confirms which videos are made with AI, so that nobody can buy a flag. As a juror you are asked about videos that the server draws, not about ones that you choose." },
		juryHow: { "message": "First you practise on videos whose answer is settled, ten at a time, and see after each ten how you did. Then there are up to three questions a day. Your answers decide once enough of them were right, on AI videos and on human ones." },
		juryLearns: { "message": "The server learns your answers and when you gave them, under the same secret number as your reports. It does not learn what you watch: the 20 seconds are counted in this browser, and to open a question sends the server nothing." },
		juryStop: { "message": "You can stop at any time. The server then forgets all your answers." },
		juryAgree: { "message": "I want to be asked, and will answer what I think myself." },
		juryJoin: { "message": "Become a juror" },
		juryWorking: { "message": "Your browser is doing some work, so that nobody becomes a thousand jurors. This can take a minute." },
		juryNone: { "message": "This server has no juries." },
		juryGone: { "message": "This server does not know you as a juror any more." },
		juryClosed: { "message": "This question is closed; your answer was not stored." },
		juryTooMany: { "message": "Too many requests. Try again after $1." },
		juryPaused: { "message": "A moderator has paused you as a juror. You are asked nothing meanwhile." },
		juryToday: { "message": "Videos to judge today: $1" },
		juryPractice: { "message": "Practice round, videos left: $1" },
		juryNothing: { "message": "Nothing to judge right now. Juries are drawn several times a day, and only where at least ten jurors have passed the practice." },
		juryNothingYet: { "message": "Nothing to judge right now. After the practice rounds come up to three questions a day: look again tomorrow." },
		juryNoPractice: { "message": "There is nothing to practise on yet: the moderators of this server have not settled enough videos. Look again in some days." },
		juryProgress: { "message": "Settled videos judged: $1 of $2" },
		juryRooted: { "message": "Your answers decide." },
		juryNotRooted: { "message": "You are practising: your answers do not decide yet." },
		juryVideo: { "message": "Video $1" },
		juryChannel: { "message": "$1: one answer for all videos of this channel below. Is one of them another channel’s? Say “I cannot tell”." },
		juryWatch: { "message": "Watch" },
		jurySure: { "message": "I am sure already" },
		juryWait: { "message": "You are asked whether AI made this. The answers appear when you have watched for 20 seconds, which only this browser counts." },
		juryAsk: { "message": "How was this made?" },
		juryAnswer_ai: { "message": "By AI" },
		juryAnswer_partly: { "message": "Partly by AI" },
		juryAnswer_human: { "message": "By people" },
		juryAnswer_unsure: { "message": "I cannot tell" },
		juryKind: { "message": "Which kind of AI?" },
		juryKindNone: { "message": "I do not know which" },
		juryBack: { "message": "Back" },
		juryThanks: { "message": "Thank you. Your answer was sent." },
		juryRound: { "message": "Last practice round: $1 of $2 right" },
		juryMine: { "message": "Your answers, and what became of them" },
		juryOutcome_ai: { "message": "Outcome: AI" },
		juryOutcome_human: { "message": "Outcome: made by people" },
		juryOutcome_undecided: { "message": "Outcome: the jury could not decide" },
		juryOutcome_open: { "message": "Not decided yet" },
		juryAccuracy: { "message": "How good you are, as of last night" },
		juryFound: { "message": "AI videos that you recognise" },
		juryLeft: { "message": "Human videos that you leave alone" },
		juryNeeded: { "message": "Needed of both" },
		juryBadge: { "message": "Show on the icon how much there is to judge" },
		juryBadge_hint: { "message": "Asks the server a few times a day. There are no other notifications." },
		jurySwitch: { "message": "I am a juror" },
		jurySwitch_hint: { "message": "Switch it off to leave: the server forgets all your answers." },
		juryLeaveWaits: { "message": "You are asked nothing any more, but the server could not be told yet and still has your answers." },
		juryRetry: { "message": "Try again" },
		juryMore: { "message": "Your answers, accuracy and settings" },
		sign_voice: { "message": "Synthetic voice" },
		sign_faces: { "message": "Faces or hands" },
		sign_watermark: { "message": "A generator’s watermark" },
		sign_text: { "message": "Garbled text" },
		sign_music: { "message": "Music" },
		sign_reused: { "message": "Reused pictures" },
		sign_says_so: { "message": "It says so itself" },
		signsVoters: { "message": "$1: $2 voters" },
		signsVotersAt: { "message": "$1 at $2: $3 voters" }
	};
	var messages_default$2 = {
		category_fully_ai: { "message": "Todo IA" },
		category_ai_voiceover: { "message": "Voz de IA" },
		category_ai_visuals: { "message": "Imágenes de IA" },
		category_ai_thumbnails: { "message": "Miniatura de IA" },
		category_ai_assisted: { "message": "Con ayuda de IA" },
		category_not_ai: { "message": "No es IA" },
		popupRefresh: { "message": "Actualizar" },
		identityTitle: { "message": "Identidad" },
		identityWarning: { "message": "Este número es una contraseña: quien lo tenga vota como tú. Guarda las copias en lugar seguro y no las publiques." },
		identityBackup: { "message": "Guardar copia" },
		identityShow: { "message": "Mostrar el número secreto" },
		identityHide: { "message": "Ocultar el número secreto" },
		identitySave: { "message": "Guardar como archivo" },
		identityRestore: { "message": "Restaurar desde una copia" },
		identityRestoreButton: { "message": "Restaurar" },
		identityQuestion: { "message": "¿Sustituir tu identidad? Sin copia, la actual se pierde para siempre." },
		identityWrong: { "message": "Esto no es un número secreto de RealTube." },
		identityRestored: { "message": "Tu identidad se restauró." },
		direction: { "message": "ltr" },
		language: { "message": "es" },
		intercepted: { "message": "Algo entre tú y el servidor respondió en su lugar: quizá la página de acceso de una red o un filtro. Se intentará de nuevo más tarde." },
		storageFails: { "message": "Este navegador no puede guardar nada más para RealTube: quizá el disco esté lleno. Libera algo de espacio y vuelve a intentarlo." },
		category_ai_music: { "message": "Música con IA" },
		juryTitle: { "message": "Jurado" },
		juryInbox: { "message": "Por juzgar" },
		juryWhat: { "message": "Un jurado confirma qué vídeos están hechos con IA, para que nadie pueda comprar una marca. Como miembro se te pregunta por vídeos que sortea el servidor, no por los que tú eliges." },
		juryHow: { "message": "Primero practicas con vídeos cuya respuesta ya se conoce, de diez en diez, y tras cada diez ves tu resultado. Después hay hasta tres preguntas al día. Tus respuestas deciden cuando hayas acertado bastantes, tanto en vídeos de IA como en humanos." },
		juryLearns: { "message": "El servidor conoce tus respuestas y cuándo las diste, bajo el mismo número secreto que tus avisos. No sabe qué ves: los 20 segundos se cuentan en este navegador, y abrir una pregunta no envía nada al servidor." },
		juryStop: { "message": "Puedes dejarlo cuando quieras. El servidor olvida entonces todas tus respuestas." },
		juryAgree: { "message": "Quiero que me pregunten y responderé lo que yo mismo piense." },
		juryJoin: { "message": "Ser jurado" },
		juryWorking: { "message": "Tu navegador hace un poco de trabajo para que nadie se convierta en mil jurados. Puede tardar un minuto." },
		juryNone: { "message": "Este servidor no tiene jurados." },
		juryGone: { "message": "Este servidor ya no te conoce como jurado." },
		juryClosed: { "message": "Esta pregunta está cerrada; tu respuesta no se guardó." },
		juryTooMany: { "message": "Demasiadas peticiones. Inténtalo de nuevo después de las $1." },
		juryPaused: { "message": "Un moderador te ha puesto en pausa como jurado. Mientras tanto no se te pregunta nada." },
		juryToday: { "message": "Vídeos por juzgar hoy: $1" },
		juryPractice: { "message": "Ronda de práctica, vídeos que faltan: $1" },
		juryNothing: { "message": "Ahora no hay nada que juzgar. Los jurados se sortean varias veces al día, y solo donde al menos diez miembros han superado la práctica." },
		juryNothingYet: { "message": "Ahora no hay nada que juzgar. Tras las rondas de práctica llegan hasta tres preguntas al día: vuelve a mirar mañana." },
		juryNoPractice: { "message": "Aún no hay nada para practicar: los moderadores de este servidor no han fijado bastantes vídeos. Vuelve a mirar dentro de unos días." },
		juryProgress: { "message": "Vídeos de práctica juzgados: $1 de $2" },
		juryRooted: { "message": "Tus respuestas deciden." },
		juryNotRooted: { "message": "Estás practicando: tus respuestas aún no deciden." },
		juryVideo: { "message": "Vídeo $1" },
		juryChannel: { "message": "$1: una sola respuesta para todos estos vídeos del canal. ¿Alguno es de otro canal? Elige «No sé decirlo»." },
		juryWatch: { "message": "Ver" },
		jurySure: { "message": "Ya estoy seguro" },
		juryWait: { "message": "Se te pregunta si esto lo hizo una IA. Las respuestas aparecen cuando hayas visto 20 segundos, que solo cuenta este navegador." },
		juryAsk: { "message": "¿Cómo se hizo esto?" },
		juryAnswer_ai: { "message": "Con IA" },
		juryAnswer_partly: { "message": "En parte con IA" },
		juryAnswer_human: { "message": "Por personas" },
		juryAnswer_unsure: { "message": "No sé decirlo" },
		juryKind: { "message": "¿Qué tipo de IA?" },
		juryKindNone: { "message": "No sé cuál" },
		juryBack: { "message": "Atrás" },
		juryThanks: { "message": "Gracias. Tu respuesta se ha enviado." },
		juryRound: { "message": "Última ronda de práctica: $1 de $2 correctas" },
		juryMine: { "message": "Tus respuestas y en qué quedaron" },
		juryOutcome_ai: { "message": "Resultado: IA" },
		juryOutcome_human: { "message": "Resultado: hecho por personas" },
		juryOutcome_undecided: { "message": "Resultado: el jurado no pudo decidir" },
		juryOutcome_open: { "message": "Aún sin decidir" },
		juryAccuracy: { "message": "Qué tal aciertas, según anoche" },
		juryFound: { "message": "Vídeos de IA que reconoces" },
		juryLeft: { "message": "Vídeos humanos que dejas en paz" },
		juryNeeded: { "message": "Necesario en ambos" },
		juryBadge: { "message": "Mostrar en el icono cuánto hay por juzgar" },
		juryBadge_hint: { "message": "Pregunta al servidor unas pocas veces al día. No hay otras notificaciones." },
		jurySwitch: { "message": "Soy jurado" },
		jurySwitch_hint: { "message": "Apágalo para dejarlo: el servidor olvida todas tus respuestas." },
		juryLeaveWaits: { "message": "Ya no se te pregunta nada, pero aún no se pudo avisar al servidor y este conserva tus respuestas." },
		juryRetry: { "message": "Reintentar" },
		juryMore: { "message": "Tus respuestas, aciertos y ajustes" },
		sign_voice: { "message": "Voz sintética" },
		sign_faces: { "message": "Caras o manos" },
		sign_watermark: { "message": "Marca de agua de un generador" },
		sign_text: { "message": "Texto deformado" },
		sign_music: { "message": "Música" },
		sign_reused: { "message": "Imágenes reutilizadas" },
		sign_says_so: { "message": "Lo dice él mismo" },
		signsVoters: { "message": "$1: $2 personas" },
		signsVotersAt: { "message": "$1 en $2: $3 personas" }
	};
	var messages_default$1 = {
		category_fully_ai: { "message": "Entièrement IA" },
		category_ai_voiceover: { "message": "Voix IA" },
		category_ai_visuals: { "message": "Images IA" },
		category_ai_thumbnails: { "message": "Miniature IA" },
		category_ai_assisted: { "message": "Avec l’aide de l’IA" },
		category_not_ai: { "message": "Pas de l’IA" },
		popupRefresh: { "message": "Actualiser" },
		identityTitle: { "message": "Identité" },
		identityWarning: { "message": "Ce numéro est un mot de passe : qui le possède vote à votre place. Gardez les sauvegardes en lieu sûr." },
		identityBackup: { "message": "Sauvegarder" },
		identityShow: { "message": "Afficher le numéro secret" },
		identityHide: { "message": "Masquer le numéro secret" },
		identitySave: { "message": "Enregistrer dans un fichier" },
		identityRestore: { "message": "Restaurer depuis une sauvegarde" },
		identityRestoreButton: { "message": "Restaurer" },
		identityQuestion: { "message": "Remplacer votre identité ? Sans sauvegarde, l’actuelle est perdue à jamais." },
		identityWrong: { "message": "Ce n’est pas un numéro secret de RealTube." },
		identityRestored: { "message": "Votre identité est restaurée." },
		direction: { "message": "ltr" },
		language: { "message": "fr" },
		intercepted: { "message": "Quelque chose entre vous et le serveur a répondu à sa place : peut-être la page de connexion d’un réseau, ou un filtre. Un nouvel essai se fera plus tard." },
		storageFails: { "message": "Ce navigateur ne peut plus rien enregistrer pour RealTube : le disque est peut-être plein. Libérez de la place, puis réessayez." },
		category_ai_music: { "message": "Musique par IA" },
		juryTitle: { "message": "Jury" },
		juryInbox: { "message": "À juger" },
		juryWhat: { "message": "Un jury confirme quelles vidéos sont faites par IA, pour que personne ne puisse acheter un signalement. Comme juré, on vous interroge sur des vidéos tirées au sort par le serveur, pas sur celles que vous choisissez." },
		juryHow: { "message": "D’abord vous vous exercez sur des vidéos dont la réponse est établie, dix à la fois, et voyez votre résultat après chaque dizaine. Ensuite viennent jusqu’à trois questions par jour. Vos réponses décident dès qu’assez d’entre elles étaient justes, pour les vidéos d’IA comme pour les humaines." },
		juryLearns: { "message": "Le serveur apprend vos réponses et leur moment, sous le même numéro secret que vos signalements. Il n’apprend pas ce que vous regardez : les 20 secondes sont comptées dans ce navigateur, et ouvrir une question n’envoie rien au serveur." },
		juryStop: { "message": "Vous pouvez arrêter à tout moment. Le serveur oublie alors toutes vos réponses." },
		juryAgree: { "message": "Je veux être interrogé et répondrai ce que je pense moi-même." },
		juryJoin: { "message": "Devenir juré" },
		juryWorking: { "message": "Votre navigateur effectue un calcul, pour que personne ne devienne mille jurés. Cela peut durer une minute." },
		juryNone: { "message": "Ce serveur n’a pas de jury." },
		juryGone: { "message": "Ce serveur ne vous connaît plus comme juré." },
		juryClosed: { "message": "Cette question est close ; votre réponse n’a pas été enregistrée." },
		juryTooMany: { "message": "Trop de requêtes. Réessayez après $1." },
		juryPaused: { "message": "Un modérateur vous a suspendu comme juré. En attendant, on ne vous demande rien." },
		juryToday: { "message": "Vidéos à juger aujourd’hui : $1" },
		juryPractice: { "message": "Série d’exercice, vidéos restantes : $1" },
		juryNothing: { "message": "Rien à juger pour l’instant. Les jurys sont tirés au sort plusieurs fois par jour, et seulement si dix jurés au moins ont réussi l’exercice." },
		juryNothingYet: { "message": "Rien à juger pour l’instant. Après les exercices viennent jusqu’à trois questions par jour : revenez demain." },
		juryNoPractice: { "message": "Il n’y a encore rien pour s’exercer : les modérateurs de ce serveur n’ont pas établi assez de vidéos. Revenez voir dans quelques jours." },
		juryProgress: { "message": "Vidéos d’exercice jugées : $1 sur $2" },
		juryRooted: { "message": "Vos réponses décident." },
		juryNotRooted: { "message": "Vous vous exercez : vos réponses ne décident pas encore." },
		juryVideo: { "message": "Vidéo $1" },
		juryChannel: { "message": "$1 : une seule réponse pour toutes ces vidéos de la chaîne. L’une est d’une autre chaîne ? Choisissez « Je ne sais pas »." },
		juryWatch: { "message": "Regarder" },
		jurySure: { "message": "Je suis déjà sûr" },
		juryWait: { "message": "On vous demande si une IA a fait ceci. Les réponses apparaissent après 20 secondes de visionnage, que seul ce navigateur compte." },
		juryAsk: { "message": "Comment cela a-t-il été fait ?" },
		juryAnswer_ai: { "message": "Par IA" },
		juryAnswer_partly: { "message": "En partie par IA" },
		juryAnswer_human: { "message": "Par des humains" },
		juryAnswer_unsure: { "message": "Je ne sais pas" },
		juryKind: { "message": "Quel type d’IA ?" },
		juryKindNone: { "message": "Je ne sais pas lequel" },
		juryBack: { "message": "Retour" },
		juryThanks: { "message": "Merci. Votre réponse a été envoyée." },
		juryRound: { "message": "Dernier exercice : $1 sur $2 justes" },
		juryMine: { "message": "Vos réponses et leur suite" },
		juryOutcome_ai: { "message": "Résultat : IA" },
		juryOutcome_human: { "message": "Résultat : fait par des humains" },
		juryOutcome_undecided: { "message": "Résultat : le jury n’a pas pu trancher" },
		juryOutcome_open: { "message": "Pas encore décidé" },
		juryAccuracy: { "message": "Votre justesse, arrêtée la nuit dernière" },
		juryFound: { "message": "Vidéos d’IA que vous reconnaissez" },
		juryLeft: { "message": "Vidéos humaines que vous laissez tranquilles" },
		juryNeeded: { "message": "Requis pour les deux" },
		juryBadge: { "message": "Afficher sur l’icône ce qu’il y a à juger" },
		juryBadge_hint: { "message": "Interroge le serveur quelques fois par jour. Il n’y a pas d’autres notifications." },
		jurySwitch: { "message": "Je suis juré" },
		jurySwitch_hint: { "message": "Désactivez pour partir : le serveur oublie toutes vos réponses." },
		juryLeaveWaits: { "message": "On ne vous demande plus rien, mais le serveur n’a pas encore pu être prévenu et a toujours vos réponses." },
		juryRetry: { "message": "Réessayer" },
		juryMore: { "message": "Vos réponses, justesse et réglages" },
		sign_voice: { "message": "Voix de synthèse" },
		sign_faces: { "message": "Visages ou mains" },
		sign_watermark: { "message": "Filigrane d’un générateur" },
		sign_text: { "message": "Texte déformé" },
		sign_music: { "message": "Musique" },
		sign_reused: { "message": "Images réutilisées" },
		sign_says_so: { "message": "Il le dit lui-même" },
		signsVoters: { "message": "$1 : $2 personnes" },
		signsVotersAt: { "message": "$1 à $2 : $3 personnes" }
	};
	var messages_default = {
		category_fully_ai: { "message": "Totalmente IA" },
		category_ai_voiceover: { "message": "Voz de IA" },
		category_ai_visuals: { "message": "Imagens de IA" },
		category_ai_thumbnails: { "message": "Miniatura de IA" },
		category_ai_assisted: { "message": "Com ajuda de IA" },
		category_not_ai: { "message": "Não é IA" },
		popupRefresh: { "message": "Atualizar" },
		identityTitle: { "message": "Identidade" },
		identityWarning: { "message": "Este número é uma senha: quem o tiver vota como você. Guarde as cópias em segurança e nunca as publique." },
		identityBackup: { "message": "Fazer backup" },
		identityShow: { "message": "Mostrar o número secreto" },
		identityHide: { "message": "Ocultar o número secreto" },
		identitySave: { "message": "Salvar como arquivo" },
		identityRestore: { "message": "Restaurar de um backup" },
		identityRestoreButton: { "message": "Restaurar" },
		identityQuestion: { "message": "Substituir sua identidade? Sem backup, a atual se perde para sempre." },
		identityWrong: { "message": "Isto não é um número secreto do RealTube." },
		identityRestored: { "message": "Sua identidade foi restaurada." },
		direction: { "message": "ltr" },
		language: { "message": "pt-BR" },
		intercepted: { "message": "Algo entre você e o servidor respondeu no lugar dele: talvez a página de acesso de uma rede ou um filtro. Haverá nova tentativa mais tarde." },
		storageFails: { "message": "Este navegador não consegue guardar mais nada para o RealTube: talvez o disco esteja cheio. Libere espaço e tente de novo." },
		category_ai_music: { "message": "Música por IA" },
		juryTitle: { "message": "Júri" },
		juryInbox: { "message": "Para julgar" },
		juryWhat: { "message": "Um júri confirma quais vídeos são feitos com IA, para que ninguém possa comprar uma marcação. Como jurado, você é perguntado sobre vídeos que o servidor sorteia, não sobre os que escolhe." },
		juryHow: { "message": "Primeiro você pratica com vídeos cuja resposta já é certa, dez de cada vez, e vê o resultado após cada dez. Depois há até três perguntas por dia. Suas respostas passam a decidir quando acertos suficientes houver, tanto em vídeos de IA quanto em humanos." },
		juryLearns: { "message": "O servidor fica sabendo das suas respostas e de quando as deu, sob o mesmo número secreto das suas denúncias. Ele não sabe o que você assiste: os 20 segundos são contados neste navegador, e abrir uma pergunta não envia nada ao servidor." },
		juryStop: { "message": "Você pode parar quando quiser. O servidor então esquece todas as suas respostas." },
		juryAgree: { "message": "Quero ser perguntado e responderei o que eu mesmo penso." },
		juryJoin: { "message": "Tornar-se jurado" },
		juryWorking: { "message": "Seu navegador está fazendo um pequeno trabalho, para que ninguém vire mil jurados. Pode levar um minuto." },
		juryNone: { "message": "Este servidor não tem júris." },
		juryGone: { "message": "Este servidor não conhece mais você como jurado." },
		juryClosed: { "message": "Esta pergunta está encerrada; sua resposta não foi guardada." },
		juryTooMany: { "message": "Solicitações demais. Tente de novo depois das $1." },
		juryPaused: { "message": "Um moderador pausou você como jurado. Enquanto isso, nada lhe é perguntado." },
		juryToday: { "message": "Vídeos para julgar hoje: $1" },
		juryPractice: { "message": "Rodada de prática, vídeos restantes: $1" },
		juryNothing: { "message": "Nada para julgar agora. Os júris são sorteados várias vezes ao dia, e só onde pelo menos dez jurados passaram na prática." },
		juryNothingYet: { "message": "Nada para julgar agora. Depois das rodadas de prática vêm até três perguntas por dia: olhe de novo amanhã." },
		juryNoPractice: { "message": "Ainda não há nada para praticar: os moderadores deste servidor não definiram vídeos suficientes. Olhe de novo daqui a alguns dias." },
		juryProgress: { "message": "Vídeos de prática julgados: $1 de $2" },
		juryRooted: { "message": "Suas respostas decidem." },
		juryNotRooted: { "message": "Você está praticando: suas respostas ainda não decidem." },
		juryVideo: { "message": "Vídeo $1" },
		juryChannel: { "message": "$1: uma resposta para todos estes vídeos do canal. Algum é de outro canal? Escolha “Não sei dizer”." },
		juryWatch: { "message": "Assistir" },
		jurySure: { "message": "Já tenho certeza" },
		juryWait: { "message": "Perguntamos se isto foi feito por IA. As respostas aparecem depois de 20 segundos assistidos, contados só por este navegador." },
		juryAsk: { "message": "Como isto foi feito?" },
		juryAnswer_ai: { "message": "Por IA" },
		juryAnswer_partly: { "message": "Em parte por IA" },
		juryAnswer_human: { "message": "Por pessoas" },
		juryAnswer_unsure: { "message": "Não sei dizer" },
		juryKind: { "message": "Que tipo de IA?" },
		juryKindNone: { "message": "Não sei qual" },
		juryBack: { "message": "Voltar" },
		juryThanks: { "message": "Obrigado. Sua resposta foi enviada." },
		juryRound: { "message": "Última rodada de prática: $1 de $2 certas" },
		juryMine: { "message": "Suas respostas e no que deram" },
		juryOutcome_ai: { "message": "Resultado: IA" },
		juryOutcome_human: { "message": "Resultado: feito por pessoas" },
		juryOutcome_undecided: { "message": "Resultado: o júri não conseguiu decidir" },
		juryOutcome_open: { "message": "Ainda não decidido" },
		juryAccuracy: { "message": "Sua precisão, até ontem à noite" },
		juryFound: { "message": "Vídeos de IA que você reconhece" },
		juryLeft: { "message": "Vídeos humanos que você deixa em paz" },
		juryNeeded: { "message": "Necessário em ambos" },
		juryBadge: { "message": "Mostrar no ícone quanto há para julgar" },
		juryBadge_hint: { "message": "Pergunta ao servidor algumas vezes por dia. Não há outras notificações." },
		jurySwitch: { "message": "Sou jurado" },
		jurySwitch_hint: { "message": "Desligue para sair: o servidor esquece todas as suas respostas." },
		juryLeaveWaits: { "message": "Nada mais lhe é perguntado, mas o servidor ainda não pôde ser avisado e mantém suas respostas." },
		juryRetry: { "message": "Tentar de novo" },
		juryMore: { "message": "Suas respostas, precisão e configurações" },
		sign_voice: { "message": "Voz sintética" },
		sign_faces: { "message": "Rostos ou mãos" },
		sign_watermark: { "message": "Marca d’água de um gerador" },
		sign_text: { "message": "Texto embaralhado" },
		sign_music: { "message": "Música" },
		sign_reused: { "message": "Imagens reutilizadas" },
		sign_says_so: { "message": "O próprio vídeo diz" },
		signsVoters: { "message": "$1: $2 pessoas" },
		signsVotersAt: { "message": "$1 em $2: $3 pessoas" }
	};
	// src/site/note-texts.ts
	var NOTE_TEXTS = {
		en: {
			title: "Notes",
			what: "A note tells everybody in a sentence or two why a verdict is as it is, and where that can be seen. It is shown without a name, once jurors who usually disagree find it helpful.",
			nothing: "There is nothing to write about and nothing to rate right now.",
			writeTitle: "Write a note",
			about: {
				ai: "The jury said: by AI",
				human: "The jury said: by people"
			},
			text: "Why? One note, 280 characters at most",
			source: "Where can that be seen? A time in the video (1:23), or a link (https://…)",
			sourceOfChannel: "Where can that be seen? A link (https://…)",
			noSource: "Please name a time such as 1:23, or a link that begins with https://.",
			write: "Send the note",
			rateTitle: "Do these notes help?",
			rateWhat: "You are asked by lot. Does the note help somebody else to understand the verdict?",
			helpful: "Helpful",
			unhelpful: "Not helpful",
			inVideo: "in the video at $1",
			mineTitle: "Your notes",
			withdraw: "Withdraw",
			withdrawQuestion: "Withdraw this note? What it says is deleted, and you cannot write another one about this.",
			states: {
				waiting: "other jurors are asked",
				shown: "shown",
				unshown: "not shown: jurors did not agree",
				hidden: "hidden by a moderator"
			}
		},
		de: {
			title: "Anmerkungen",
			what: "Eine Anmerkung sagt allen in ein, zwei Sätzen, warum ein Urteil so ausfiel und wo man das sieht. Sie erscheint ohne Namen, sobald Jury-Mitglieder sie hilfreich finden, die sonst oft uneins sind.",
			nothing: "Gerade gibt es nichts anzumerken und nichts zu bewerten.",
			writeTitle: "Eine Anmerkung schreiben",
			about: {
				ai: "Die Jury sagte: von KI",
				human: "Die Jury sagte: von Menschen"
			},
			text: "Warum? Eine Anmerkung, höchstens 280 Zeichen",
			source: "Wo sieht man das? Eine Stelle im Video (1:23) oder ein Link (https://…)",
			sourceOfChannel: "Wo sieht man das? Ein Link (https://…)",
			noSource: "Bitte nenne eine Stelle wie 1:23 oder einen Link, der mit https:// beginnt.",
			write: "Anmerkung senden",
			rateTitle: "Helfen diese Anmerkungen?",
			rateWhat: "Du wurdest ausgelost. Hilft die Anmerkung jemand anderem, das Urteil zu verstehen?",
			helpful: "Hilfreich",
			unhelpful: "Nicht hilfreich",
			inVideo: "im Video bei $1",
			mineTitle: "Deine Anmerkungen",
			withdraw: "Zurückziehen",
			withdrawQuestion: "Diese Anmerkung zurückziehen? Was sie sagt, wird gelöscht, und du kannst hierzu keine weitere schreiben.",
			states: {
				waiting: "andere Jury-Mitglieder werden gefragt",
				shown: "wird gezeigt",
				unshown: "wird nicht gezeigt: die Jury war uneins",
				hidden: "von der Moderation verborgen"
			}
		},
		es: {
			title: "Notas",
			what: "Una nota cuenta a todos en una o dos frases por qué el veredicto es así y dónde se ve. Se muestra sin nombre, en cuanto la encuentran útil jurados que no suelen estar de acuerdo.",
			nothing: "Ahora no hay nada que anotar ni que valorar.",
			writeTitle: "Escribir una nota",
			about: {
				ai: "El jurado dijo: hecho con IA",
				human: "El jurado dijo: hecho por personas"
			},
			text: "¿Por qué? Una nota, 280 caracteres como máximo",
			source: "¿Dónde se ve? Un momento del vídeo (1:23) o un enlace (https://…)",
			sourceOfChannel: "¿Dónde se ve? Un enlace (https://…)",
			noSource: "Indica un momento como 1:23, o un enlace que empiece por https://.",
			write: "Enviar la nota",
			rateTitle: "¿Ayudan estas notas?",
			rateWhat: "Te ha tocado por sorteo. ¿Ayuda la nota a otra persona a entender el veredicto?",
			helpful: "Útil",
			unhelpful: "No es útil",
			inVideo: "en el vídeo, en $1",
			mineTitle: "Tus notas",
			withdraw: "Retirar",
			withdrawQuestion: "¿Retirar esta nota? Lo que dice se borra y no podrás escribir otra sobre esto.",
			states: {
				waiting: "se pregunta a otros jurados",
				shown: "se muestra",
				unshown: "no se muestra: los jurados no coincidieron",
				hidden: "ocultada por un moderador"
			}
		},
		fr: {
			title: "Notes",
			what: "Une note dit à tous, en une ou deux phrases, pourquoi le verdict est ce qu’il est, et où cela se voit. Elle est montrée sans nom, dès que des jurés d’habitude en désaccord la trouvent utile.",
			nothing: "Il n’y a rien à écrire ni à évaluer pour le moment.",
			writeTitle: "Écrire une note",
			about: {
				ai: "Le jury a dit : fait par IA",
				human: "Le jury a dit : fait par des humains"
			},
			text: "Pourquoi ? Une note, 280 caractères au plus",
			source: "Où cela se voit-il ? Un moment de la vidéo (1:23) ou un lien (https://…)",
			sourceOfChannel: "Où cela se voit-il ? Un lien (https://…)",
			noSource: "Indiquez un moment comme 1:23, ou un lien qui commence par https://.",
			write: "Envoyer la note",
			rateTitle: "Ces notes sont-elles utiles ?",
			rateWhat: "Vous êtes tiré au sort. La note aide-t-elle quelqu’un d’autre à comprendre le verdict ?",
			helpful: "Utile",
			unhelpful: "Pas utile",
			inVideo: "dans la vidéo à $1",
			mineTitle: "Vos notes",
			withdraw: "Retirer",
			withdrawQuestion: "Retirer cette note ? Ce qu’elle dit est effacé, et vous ne pourrez pas en écrire une autre à ce sujet.",
			states: {
				waiting: "d’autres jurés sont interrogés",
				shown: "affichée",
				unshown: "pas affichée : les jurés n’étaient pas d’accord",
				hidden: "masquée par la modération"
			}
		},
		pt: {
			title: "Notas",
			what: "Uma nota conta a todos, em uma ou duas frases, por que o veredito é esse e onde se vê isso. Ela aparece sem nome, assim que jurados que costumam discordar a acham útil.",
			nothing: "Não há nada para anotar nem para avaliar agora.",
			writeTitle: "Escrever uma nota",
			about: {
				ai: "O júri disse: feito por IA",
				human: "O júri disse: feito por pessoas"
			},
			text: "Por quê? Uma nota, no máximo 280 caracteres",
			source: "Onde se vê isso? Um momento do vídeo (1:23) ou um link (https://…)",
			sourceOfChannel: "Onde se vê isso? Um link (https://…)",
			noSource: "Indique um momento como 1:23, ou um link que comece com https://.",
			write: "Enviar a nota",
			rateTitle: "Estas notas ajudam?",
			rateWhat: "Você foi sorteado. A nota ajuda outra pessoa a entender o veredito?",
			helpful: "Útil",
			unhelpful: "Não é útil",
			inVideo: "no vídeo em $1",
			mineTitle: "Suas notas",
			withdraw: "Retirar",
			withdrawQuestion: "Retirar esta nota? O que ela diz é apagado, e você não poderá escrever outra sobre isto.",
			states: {
				waiting: "outros jurados estão sendo consultados",
				shown: "exibida",
				unshown: "não exibida: os jurados não concordaram",
				hidden: "ocultada por um moderador"
			}
		},
		ar: {
			title: "ملاحظات",
			what: "تقول الملاحظة للجميع في جملة أو جملتين لماذا جاء الحكم هكذا، وأين يُرى ذلك. تُعرض بلا اسم متى وجدها مفيدةً محلفون يختلفون عادةً.",
			nothing: "لا شيء الآن تكتب عنه أو تقيّمه.",
			writeTitle: "كتابة ملاحظة",
			about: {
				ai: "قالت هيئة المحلفين: من صنع الذكاء الاصطناعي",
				human: "قالت هيئة المحلفين: من صنع البشر"
			},
			text: "لماذا؟ ملاحظة واحدة، 280 حرفًا على الأكثر",
			source: "أين يُرى ذلك؟ وقت في المقطع (1:23) أو رابط (https://…)",
			sourceOfChannel: "أين يُرى ذلك؟ رابط (https://…)",
			noSource: "اذكر وقتًا مثل 1:23، أو رابطًا يبدأ بـ https://.",
			write: "إرسال الملاحظة",
			rateTitle: "هل تفيد هذه الملاحظات؟",
			rateWhat: "اختِرت بالقرعة. هل تساعد الملاحظة غيرك على فهم الحكم؟",
			helpful: "مفيدة",
			unhelpful: "غير مفيدة",
			inVideo: "في المقطع عند $1",
			mineTitle: "ملاحظاتك",
			withdraw: "سحب",
			withdrawQuestion: "أتسحب هذه الملاحظة؟ يُحذف ما تقوله، ولا يمكنك كتابة أخرى عن هذا.",
			states: {
				waiting: "يُسأل محلفون آخرون",
				shown: "معروضة",
				unshown: "غير معروضة: لم يتفق المحلفون",
				hidden: "أخفاها مشرف"
			}
		}
	};
	// src/site/texts.ts
	var TEXTS = {
		en: {
			lead: "Judge whether AI made a video. You need neither an account nor the extension.",
			learnsTitle: "What the server learns",
			learns: "The server learns your answers and when you gave them, under a number that is derived from a key in your browser. Of your network it stores labels, made with secret keys, and no address. It does not learn what you watch: to open a video sends it nothing. The videos play on YouTube, which learns of you what it learns of everybody who opens them.",
			votesDecide: "On this server votes decide for the time being. You can practise, and what juries find is kept: it counts as soon as juries decide here.",
			newTab: "opens YouTube in a new tab",
			later: "Come back to this page when you have seen enough: 20 seconds from now it asks you.",
			answer: "Your answer",
			keys: "The keys 1, 2, 3 … answer the question that you are at.",
			keyTitle: "Your key",
			keyWhat: "Your browser makes the key when you become a juror, and keeps it for this site. If you clear the data of this site, it is lost, and your standing as a juror with it. In the extension it is called identity: bring it here, or this one there, and you are the same juror in both.",
			keyKeep: "Save your key as a file, so that you stay this juror in another browser, too.",
			goTitle: "Go without a trace",
			forget: "Forget the key in this browser",
			forgetQuestion: "Forget the key? On the server nothing changes. Without a copy of the key you cannot come back as this juror.",
			erase: "Erase everything on the server",
			eraseQuestion: "Erase everything that the server has under this key, also reports that you made with it in the extension? The key is forgotten in this browser, too.",
			gone: "Done. This browser has no key any more.",
			away: "The server cannot be reached. What you sent before is safe; please try again in a while.",
			noCrypto: "Browsers make keys only on https:// pages. Please open this site by its https:// address.",
			noStorage: "Your browser lets this site keep nothing, so your key would be lost at once. Allow this site to store data, or open it outside a private window."
		},
		de: {
			lead: "Beurteile, ob eine KI ein Video gemacht hat. Du brauchst dazu weder ein Konto noch die Erweiterung.",
			learnsTitle: "Was der Server erfährt",
			learns: "Der Server erfährt deine Antworten und wann du sie gabst, unter einer Nummer, die von einem Schlüssel in deinem Browser abgeleitet ist. Von deinem Netz speichert er Kennzeichen, mit geheimen Schlüsseln gemacht, und keine Adresse. Was du ansiehst, erfährt er nicht: Ein Video zu öffnen sendet ihm nichts. Die Videos laufen bei YouTube, das von dir erfährt, was es von allen erfährt, die sie öffnen.",
			votesDecide: "Auf diesem Server entscheiden vorerst Stimmen. Du kannst üben, und was Jurys finden, bleibt erhalten: Es zählt, sobald hier Jurys entscheiden.",
			newTab: "öffnet YouTube in einem neuen Tab",
			later: "Komm auf diese Seite zurück, wenn du genug gesehen hast: In 20 Sekunden fragt sie dich.",
			answer: "Deine Antwort",
			keys: "Die Tasten 1, 2, 3 … beantworten die Frage, bei der du bist.",
			keyTitle: "Dein Schlüssel",
			keyWhat: "Dein Browser erzeugt den Schlüssel, wenn du Jury-Mitglied wirst, und bewahrt ihn für diese Seite auf. Löschst du die Daten dieser Seite, ist er verloren, und mit ihm, was du als Jury-Mitglied erreicht hast. In der Erweiterung heißt er Identität: Bring sie hierher oder diesen dorthin, und du bist in beiden dasselbe Jury-Mitglied.",
			keyKeep: "Speichere deinen Schlüssel als Datei, damit du auch in einem anderen Browser dieses Jury-Mitglied bleibst.",
			goTitle: "Spurlos gehen",
			forget: "Den Schlüssel in diesem Browser vergessen",
			forgetQuestion: "Den Schlüssel vergessen? Auf dem Server ändert sich nichts. Ohne eine Kopie des Schlüssels kannst du nicht als dieses Jury-Mitglied zurückkommen.",
			erase: "Alles auf dem Server löschen",
			eraseQuestion: "Alles löschen, was der Server unter diesem Schlüssel hat, auch Meldungen, die du damit in der Erweiterung gemacht hast? Auch dieser Browser vergisst den Schlüssel.",
			gone: "Erledigt. Dieser Browser hat keinen Schlüssel mehr.",
			away: "Der Server ist nicht zu erreichen. Was du vorher gesendet hast, ist sicher; bitte versuche es später noch einmal.",
			noCrypto: "Browser erzeugen Schlüssel nur auf https://-Seiten. Bitte öffne diese Seite unter ihrer https://-Adresse.",
			noStorage: "Dein Browser lässt diese Seite nichts speichern, also wäre dein Schlüssel gleich wieder verloren. Erlaube dieser Seite, Daten zu speichern, oder öffne sie außerhalb eines privaten Fensters."
		},
		es: {
			lead: "Juzga si una IA hizo un vídeo. No necesitas ni cuenta ni la extensión.",
			learnsTitle: "Qué sabe el servidor",
			learns: "El servidor conoce tus respuestas y cuándo las diste, bajo un número derivado de una clave de tu navegador. De tu red guarda marcas hechas con claves secretas, y ninguna dirección. No sabe qué ves: abrir un vídeo no le envía nada. Los vídeos se ven en YouTube, que sabe de ti lo que sabe de cualquiera que los abre.",
			votesDecide: "En este servidor deciden por ahora los votos. Puedes practicar, y lo que los jurados hallan se guarda: cuenta en cuanto aquí decidan los jurados.",
			newTab: "abre YouTube en otra pestaña",
			later: "Vuelve a esta página cuando hayas visto bastante: en 20 segundos te pregunta.",
			answer: "Tu respuesta",
			keys: "Las teclas 1, 2, 3 … responden a la pregunta en la que estás.",
			keyTitle: "Tu clave",
			keyWhat: "Tu navegador crea la clave cuando te haces jurado y la guarda para este sitio. Si borras los datos de este sitio, se pierde, y con ella lo que lograste como jurado. En la extensión se llama identidad: tráela aquí, o lleva esta allí, y serás el mismo jurado en ambas.",
			keyKeep: "Guarda tu clave en un archivo para seguir siendo este jurado también en otro navegador.",
			goTitle: "Irse sin dejar rastro",
			forget: "Olvidar la clave en este navegador",
			forgetQuestion: "¿Olvidar la clave? En el servidor no cambia nada. Sin una copia de la clave no puedes volver como este jurado.",
			erase: "Borrar todo en el servidor",
			eraseQuestion: "¿Borrar todo lo que el servidor tiene bajo esta clave, también los avisos que hiciste con ella en la extensión? Este navegador también olvida la clave.",
			gone: "Hecho. Este navegador ya no tiene ninguna clave.",
			away: "No se puede contactar con el servidor. Lo que enviaste antes está a salvo; inténtalo de nuevo dentro de un rato.",
			noCrypto: "Los navegadores solo crean claves en páginas https://. Abre este sitio por su dirección https://.",
			noStorage: "Tu navegador no deja que este sitio guarde nada, así que tu clave se perdería enseguida. Permite que este sitio guarde datos o ábrelo fuera de una ventana privada."
		},
		fr: {
			lead: "Jugez si une IA a fait une vidéo. Il ne faut ni compte ni extension.",
			learnsTitle: "Ce que le serveur apprend",
			learns: "Le serveur apprend vos réponses et leur moment, sous un numéro dérivé d’une clé de votre navigateur. De votre réseau il garde des marques faites avec des clés secrètes, et aucune adresse. Il n’apprend pas ce que vous regardez : ouvrir une vidéo ne lui envoie rien. Les vidéos se lisent sur YouTube, qui apprend de vous ce qu’il apprend de quiconque les ouvre.",
			votesDecide: "Sur ce serveur, les votes décident pour l’instant. Vous pouvez vous exercer, et ce que les jurys trouvent est gardé : cela comptera dès que les jurys décideront ici.",
			newTab: "ouvre YouTube dans un nouvel onglet",
			later: "Revenez à cette page quand vous en avez vu assez : dans 20 secondes elle vous interroge.",
			answer: "Votre réponse",
			keys: "Les touches 1, 2, 3 … répondent à la question où vous êtes.",
			keyTitle: "Votre clé",
			keyWhat: "Votre navigateur crée la clé quand vous devenez juré et la garde pour ce site. Si vous effacez les données de ce site, elle est perdue, et avec elle ce que vous avez acquis comme juré. Dans l’extension elle s’appelle identité : apportez-la ici, ou celle-ci là-bas, et vous êtes le même juré dans les deux.",
			keyKeep: "Enregistrez votre clé dans un fichier pour rester ce juré dans un autre navigateur aussi.",
			goTitle: "Partir sans laisser de trace",
			forget: "Oublier la clé dans ce navigateur",
			forgetQuestion: "Oublier la clé ? Sur le serveur rien ne change. Sans copie de la clé vous ne pouvez pas revenir comme ce juré.",
			erase: "Tout effacer sur le serveur",
			eraseQuestion: "Effacer tout ce que le serveur a sous cette clé, y compris les signalements faits avec elle dans l’extension ? Ce navigateur oublie aussi la clé.",
			gone: "C’est fait. Ce navigateur n’a plus de clé.",
			away: "Le serveur est injoignable. Ce que vous avez envoyé avant est en sûreté ; réessayez dans un moment.",
			noCrypto: "Les navigateurs ne créent des clés que sur des pages https://. Ouvrez ce site par son adresse https://.",
			noStorage: "Votre navigateur ne laisse ce site rien garder : votre clé serait perdue aussitôt. Autorisez ce site à enregistrer des données, ou ouvrez-le hors d’une fenêtre privée."
		},
		pt: {
			lead: "Julgue se uma IA fez um vídeo. Você não precisa de conta nem da extensão.",
			learnsTitle: "O que o servidor fica sabendo",
			learns: "O servidor fica sabendo das suas respostas e de quando as deu, sob um número derivado de uma chave do seu navegador. Da sua rede ele guarda marcas feitas com chaves secretas, e nenhum endereço. Ele não sabe o que você assiste: abrir um vídeo não envia nada a ele. Os vídeos passam no YouTube, que fica sabendo de você o que sabe de qualquer um que os abre.",
			votesDecide: "Neste servidor, por enquanto, os votos decidem. Você pode praticar, e o que os júris acharem fica guardado: passa a contar assim que os júris decidirem aqui.",
			newTab: "abre o YouTube em outra aba",
			later: "Volte a esta página quando tiver visto o bastante: em 20 segundos ela pergunta.",
			answer: "Sua resposta",
			keys: "As teclas 1, 2, 3 … respondem à pergunta em que você está.",
			keyTitle: "Sua chave",
			keyWhat: "Seu navegador cria a chave quando você vira jurado e a guarda para este site. Se você apagar os dados deste site, ela se perde, e com ela o que conquistou como jurado. Na extensão ela se chama identidade: traga-a para cá, ou leve esta para lá, e você é o mesmo jurado nas duas.",
			keyKeep: "Salve sua chave em um arquivo para continuar sendo este jurado também em outro navegador.",
			goTitle: "Sair sem deixar rastro",
			forget: "Esquecer a chave neste navegador",
			forgetQuestion: "Esquecer a chave? No servidor nada muda. Sem uma cópia da chave você não pode voltar como este jurado.",
			erase: "Apagar tudo no servidor",
			eraseQuestion: "Apagar tudo o que o servidor tem sob esta chave, também as denúncias que você fez com ela na extensão? Este navegador também esquece a chave.",
			gone: "Pronto. Este navegador não tem mais nenhuma chave.",
			away: "Não foi possível contatar o servidor. O que você enviou antes está a salvo; tente de novo daqui a pouco.",
			noCrypto: "Navegadores só criam chaves em páginas https://. Abra este site pelo endereço https://.",
			noStorage: "Seu navegador não deixa este site guardar nada, então sua chave se perderia logo. Permita que este site guarde dados ou abra-o fora de uma janela privada."
		},
		ar: {
			lead: "احكم هل صنع الذكاء الاصطناعي مقطعًا ما. لا تحتاج إلى حساب ولا إلى الإضافة.",
			learnsTitle: "ما يعرفه الخادم",
			learns: "يعرف الخادم إجاباتك ووقتها، تحت رقم مشتق من مفتاح في متصفحك. ويحفظ عن شبكتك علامات مصنوعة بمفاتيح سرية، ولا يحفظ عنوانًا. ولا يعرف ما تشاهده: فتح مقطع لا يرسل إليه شيئًا. تُعرض المقاطع على YouTube، وهو يعرف عنك ما يعرفه عن كل من يفتحها.",
			votesDecide: "في هذا الخادم تقرر الأصوات في الوقت الحالي. يمكنك أن تتدرّب، وما تتوصل إليه هيئات المحلفين محفوظ: يُحتسب متى صارت تقرر هنا.",
			newTab: "يفتح YouTube في علامة تبويب جديدة",
			later: "عد إلى هذه الصفحة متى شاهدت ما يكفي: بعد 20 ثانية تسألك.",
			answer: "إجابتك",
			keys: "المفاتيح 1 و2 و3 … تجيب عن السؤال الذي أنت عنده.",
			keyTitle: "مفتاحك",
			keyWhat: "ينشئ متصفحك المفتاح حين تصبح محلفًا، ويحفظه لهذا الموقع. إن مسحت بيانات هذا الموقع ضاع، وضاعت معه مكانتك محلفًا. يسمى في الإضافة «الهوية»: أحضرها إلى هنا، أو خذ هذا إلى هناك، فتكون المحلف نفسه في الاثنتين.",
			keyKeep: "احفظ مفتاحك في ملف، لتبقى هذا المحلف في متصفح آخر أيضًا.",
			goTitle: "المغادرة بلا أثر",
			forget: "نسيان المفتاح في هذا المتصفح",
			forgetQuestion: "أننسى المفتاح؟ لا يتغير شيء على الخادم. ومن دون نسخة من المفتاح لا يمكنك العودة بصفتك هذا المحلف.",
			erase: "محو كل شيء على الخادم",
			eraseQuestion: "أنمحو كل ما لدى الخادم تحت هذا المفتاح، ومنه البلاغات التي أرسلتها به في الإضافة؟ وينسى هذا المتصفح المفتاح أيضًا.",
			gone: "تم. لم يعد في هذا المتصفح مفتاح.",
			away: "تعذّر الوصول إلى الخادم. ما أرسلته من قبل محفوظ؛ حاول مرة أخرى بعد قليل.",
			noCrypto: "لا تنشئ المتصفحات المفاتيح إلا في صفحات https://. افتح هذا الموقع بعنوانه الذي يبدأ بـ https://.",
			noStorage: "لا يسمح متصفحك لهذا الموقع بحفظ شيء، فيضيع مفتاحك فورًا. اسمح لهذا الموقع بحفظ البيانات، أو افتحه خارج النافذة الخاصة."
		}
	};
	// src/site/words.ts
	/** Texts of the server's own page: the extension's, and a few of the page's own. */
	var SHARED = {
		ar: messages_default$5,
		de: messages_default$4,
		en: messages_default$3,
		es: messages_default$2,
		fr: messages_default$1,
		pt: messages_default
	};
	/** That of the page around it: the server has chosen, by the address or by what the browser asks for. */
	var asked = document.documentElement.lang.slice(0, 2);
	var language = Object.hasOwn(TEXTS, asked) ? asked : "en";
	/** The page's own texts. */
	var own = TEXTS[language];
	/** Those about notes. */
	var notes = NOTE_TEXTS[language];
	/** A text of the extension's, with its places filled. */
	function textOf(name, values = []) {
		const { message = "" } = SHARED[language][name] ?? {};
		return message.replace(/\$(\d)/g, (_, place) => values[Number(place) - 1] ?? "");
	}
	// src/site/background.ts
	/** Does for the server's own page what the background does for pages of the extension. */
	var identity = new IdentityKeeper();
	/** The server whose page this is; what goes wrong is said in the visitor's language. */
	var server$2 = { async request(ask, read) {
		try {
			return await take(await send$1(location.origin, ask), read);
		} catch (error) {
			if (error instanceof Intercepted) throw new Failure(t("intercepted"), error.waitMs);
			if (error instanceof Unreachable) throw new Failure(own.away, error.waitMs);
			throw error;
		}
	} };
	var bench = new Bench(server$2, { get: () => identity.get() });
	/** What `send` of `../messages` takes for the background's answer. */
	async function answer$1({ type, ask }) {
		try {
			return { value: await answerOf(type, ask) };
		} catch (error) {
			return { error: error instanceof Error ? error.message : String(error) };
		}
	}
	async function answerOf(type, ask) {
		if (type === "jurors") return bench.ask(ask);
		if (type === "restoreIdentity") return identity.restore(ask.id);
		return { id: (await identity.get()).id };
	}
	/** Notes, as the juror whose key this browser has. All raise `Failure`. */
	var askNotes = {
		/** Undefined where the server has no notes. */
		async all() {
			try {
				return await server$2.request(noteAsks.all(await userId()), json(isNotes));
			} catch (error) {
				if (error instanceof Refused && error.code === "NOT_FOUND") return void 0;
				throw error;
			}
		},
		write: async (target, said) => server$2.request(noteAsks.write(await userId(), target, said), json(isStored)),
		withdraw: async (note) => server$2.request(noteAsks.withdraw(await userId(), note), json(isDone)),
		rate: async (note, helpful) => server$2.request(noteAsks.rate(await userId(), note, helpful), json(isDone))
	};
	async function userId() {
		return (await identity.get()).userId;
	}
	/** Whether this browser has a key already; it is made when it is needed. */
	async function hasKey() {
		return (await browser.storage.local.get("identity")).identity !== void 0;
	}
	/** Have this browser forget the key, and whose juror that is. */
	async function forget$1() {
		await browser.storage.local.remove("identity");
		await browser.storage.local.remove("jury");
		identity = new IdentityKeeper();
	}
	/** Have the server erase all that it has of who has this key. Raises `Failure`. */
	async function erase() {
		const { userId } = await identity.get();
		const named = {
			headers: { "X-User-ID": userId },
			isNamed: true
		};
		try {
			await server$2.request({
				method: "DELETE",
				path: "/api/users/me",
				...named
			}, json(isDone));
		} catch (error) {
			if (!(error instanceof Refused) || error.code !== "NOT_FOUND") throw error;
		}
	}
	// src/site/browser.ts
	/**
	* What `wxt/browser` is on the server's own page: the parts of an extension's browser that the jury
	* uses, made of what any page has. `jury.config.ts` puts it in the other's place.
	*/
	var PREFIX = "realtube.";
	var browser = {
		i18n: { getMessage: textOf },
		runtime: { sendMessage: answer$1 },
		/** There is no icon. */
		action: { setBadgeText: async () => void 0 },
		storage: { local: {
			async get(name) {
				const text = localStorage.getItem(PREFIX + name);
				return text === null ? {} : { [name]: parsed(text) };
			},
			async set(items) {
				for (const [name, value] of Object.entries(items)) localStorage.setItem(PREFIX + name, JSON.stringify(value));
			},
			async remove(name) {
				localStorage.removeItem(PREFIX + name);
			}
		} }
	};
	/** Whether anything that is kept here is still there for the next page. */
	function canKeep() {
		try {
			localStorage.setItem(`${PREFIX}try`, "1");
			localStorage.removeItem(`${PREFIX}try`);
			return true;
		} catch {
			return false;
		}
	}
	/** Undefined for what somebody else wrote there. */
	function parsed(text) {
		try {
			return JSON.parse(text);
		} catch {
			return;
		}
	}
	// src/core/words.ts
	/** Texts in the viewer's language. */
	function t(name, ...values) {
		return browser.i18n.getMessage(name, values);
	}
	/** A time (milliseconds since 1970), to be read. */
	function moment(at) {
		return new Intl.DateTimeFormat(t("language"), {
			dateStyle: "medium",
			timeStyle: "short"
		}).format(at);
	}
	[...CATEGORIES];
	[...SOURCES];
	SIGNS.length;
	// src/messages.ts
	/**
	* What the parts of the extension say to each other: every message is here, with the shape that
	* its receiver checks and the type of its answer.
	*/
	var nothing$1 = /* @__PURE__ */ object({});
	/** Gives the type of the answer; that of the question follows from its shape. */
	function answers(from) {
		return (ask) => ({
			ask,
			from
		});
	}
	answers("ours")(nothing$1), answers("ours")(nothing$1), answers("ours")(nothing$1), answers("ours")(nothing$1);
	/** Ask the background. Rejects when it fails, or when this script outlived its extension. */
	async function send(type, ask) {
		return settled(await browser.runtime.sendMessage({
			type,
			ask
		}));
	}
	function settled(answer) {
		if (answered(answer)) return answer.value;
		throw new Error(failed(answer) ? answer.error : "nobody answered");
	}
	var failed = /* @__PURE__ */ object({ error: /* @__PURE__ */ text(2e3) });
	var answered = (answer) => (/* @__PURE__ */ object({}))(answer) && !failed(answer);
	// src/jury/inbox.ts
	/** What pages of ours do for a juror. Whether the viewer is one is remembered here, too. */
	/** The server refused, or did not answer. */
	var NoAnswer = class extends Error {
		constructor(code, why, waitMs) {
			super(why);
			this.code = code;
			this.waitMs = waitMs;
		}
	};
	/** Being a juror of this server; undefined for who is none there. */
	async function membershipOf(server) {
		const { jury } = await browser.storage.local.get("jury");
		return server !== "" && jury?.server === server ? jury : void 0;
	}
	/** Work, then become a juror. Raises `NoAnswer`. */
	async function enrol(server) {
		const { challenge, bits = 0 } = await ask({ ask: "challenge" }, isChallenge);
		const pause = () => new Promise((resolve) => setTimeout(resolve));
		await ask({
			ask: "enrol",
			...challenge === void 0 || bits > 26 ? {} : { proof: await solve(challenge, bits, pause) }
		}, isJuror);
		await keep({
			server,
			badge: false
		});
	}
	/** Be again the juror that somebody with this identity is, if they are one. Raises `NoAnswer`. */
	async function resume(server) {
		await browser.storage.local.remove("jury");
		try {
			await ask({ ask: "me" }, isJuror);
		} catch (error) {
			if (error instanceof NoAnswer && error.code === "NOT_FOUND") return;
			throw error;
		}
		await keep({
			server,
			badge: false
		});
	}
	/** All that the server knows for a juror. Raises `NoAnswer`. */
	async function load({ server, badge }) {
		try {
			const [juror, questions] = await Promise.all([ask({ ask: "me" }, isJuror), ask({ ask: "questions" }, isQuestions)]);
			if (badge) await showCount(questions.questions.length);
			return {
				juror,
				questions
			};
		} catch (error) {
			if (error instanceof NoAnswer && error.code === "NOT_FOUND") await forget(server);
			throw error;
		}
	}
	/** Raises `NoAnswer`. */
	async function answer(said) {
		await ask({
			ask: "answer",
			said
		}, isDone);
	}
	/** Stop at once here; where the server cannot be told, it is left to be told again. */
	async function leave({ server }) {
		await showCount(0);
		try {
			await ask({ ask: "leave" }, isDone);
		} catch (error) {
			if (!(error instanceof NoAnswer) || error.code !== "NOT_FOUND") {
				await keep({
					server,
					badge: false,
					isLeaving: true
				});
				return;
			}
		}
		await forget(server);
	}
	async function setBadge(membership, badge) {
		await keep({
			...membership,
			badge
		});
		if (!badge) await showCount(0);
	}
	/** Of a round that is not over, nothing is told of what was right. */
	function told({ juror, questions }) {
		const left = questions.training.length;
		let hidden = left > 0 ? Math.max(ROUND - left, 0) : 0;
		return juror.answers.map((given) => {
			if (!given.training || hidden-- <= 0) return given;
			const { outcome: _, ...rest } = given;
			return rest;
		});
	}
	/** The last round that is over: answers of which all is known. */
	function lastRound(inbox) {
		return told(inbox).filter(({ training, outcome }) => training && outcome !== void 0).slice(0, ROUND);
	}
	/** That one cannot tell is never right. */
	function isRight({ answer, outcome }) {
		return answer !== "unsure" && answer === "human" === (outcome === "human");
	}
	/** Questions of a training round. */
	var ROUND = 10;
	async function keep(jury) {
		await keepLocally({ jury });
	}
	async function forget(server) {
		if (await membershipOf(server)) await browser.storage.local.remove("jury");
	}
	async function showCount(count) {
		await browser.action.setBadgeText({ text: count > 0 ? String(count) : "" });
	}
	async function ask(question, shape) {
		const said = await send("jurors", question);
		if ("code" in said) throw new NoAnswer(said.code, said.why, said.waitMs);
		if (!shape(said.value)) throw new NoAnswer("", t("intercepted"), 0);
		return said.value;
	}
	// node_modules/preact/jsx-runtime/dist/jsxRuntime.module.js
	var f = 0;
	Array.isArray;
	function u(e, t, n, o, i, u) {
		t || (t = {});
		var a, c, p = t;
		if ("ref" in p) for (c in p = {}, t) "ref" == c ? a = t[c] : p[c] = t[c];
		var l = {
			type: e,
			props: p,
			key: n,
			ref: a,
			__k: null,
			__: null,
			__b: 0,
			__e: null,
			__c: null,
			constructor: void 0,
			__v: --f,
			__i: -1,
			__u: 0,
			__source: i,
			__self: u
		};
		if ("function" == typeof e && (a = e.defaultProps)) for (c in a) void 0 === p[c] && (p[c] = a[c]);
		return l$1.vnode && l$1.vnode(l), l;
	}
	// src/ui/parts.tsx
	function Switch({ label, hint, checked, disabled = false, onChange }) {
		const id = g();
		return /* @__PURE__ */ u("label", {
			class: "switch",
			children: [/* @__PURE__ */ u("span", { children: [/* @__PURE__ */ u("span", { children: label }), hint && /* @__PURE__ */ u("span", {
				class: "quiet",
				id,
				style: { display: "block" },
				children: hint
			})] }), /* @__PURE__ */ u("input", {
				type: "checkbox",
				role: "switch",
				checked,
				disabled,
				...hint && { "aria-describedby": id },
				onChange: ({ currentTarget }) => onChange(currentTarget.checked)
			})]
		});
	}
	/** Read out when it appears. */
	function Notice({ kind = "warn", children }) {
		return /* @__PURE__ */ u("div", {
			class: `notice ${kind}`,
			role: kind === "bad" ? "alert" : "status",
			children
		});
	}
	function clock(at) {
		return new Intl.DateTimeFormat(t("language"), { timeStyle: "short" }).format(at);
	}
	/** What a promise gave, and a way to get it anew. */
	function useLoaded(load, deps = []) {
		const [value, setValue] = d();
		const [error, setError] = d();
		const reload = q(async () => {
			try {
				setValue(await load());
				setError(void 0);
			} catch (failure) {
				setError(messageOf(failure));
			}
		}, deps);
		h(() => void reload(), [reload]);
		return {
			value,
			error,
			reload
		};
	}
	/** Does what the viewer wants; what went wrong with the last of it is for them to read. */
	function useAttempt() {
		const [problem, setProblem] = d();
		return {
			problem,
			attempt: q(async (work) => {
				try {
					await work();
					setProblem(void 0);
					return true;
				} catch (failure) {
					setProblem(messageOf(failure));
					return false;
				}
			}, [])
		};
	}
	function messageOf(failure) {
		return failure instanceof Error ? failure.message : String(failure);
	}
	function number(value) {
		return new Intl.NumberFormat(t("language")).format(value);
	}
	/** "Watermark at 0:12: 4 voters". A later server may know other signs. */
	function signLine({ sign, voices, at }) {
		const name = SIGNS.some((known) => known === sign) ? t(`sign_${sign}`) : sign;
		return at === void 0 ? t("signsVoters", name, number(voices)) : t("signsVotersAt", name, clockOf(at), number(voices));
	}
	function percent(share) {
		return new Intl.NumberFormat(t("language"), {
			style: "percent",
			maximumFractionDigits: 0
		}).format(share);
	}
	function download(name, text, type) {
		const link = document.createElement("a");
		link.href = URL.createObjectURL(new Blob([text], { type }));
		link.download = name;
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 1e3);
	}
	// src/jury/questions.tsx
	/** Questions of a juror, each with its videos to open, and the answers for who is sure. */
	function QuestionList({ questions, say, isBusy = false }) {
		return /* @__PURE__ */ u("ol", {
			class: "stack jury-questions",
			children: questions.map((question, index) => /* @__PURE__ */ u("li", {
				class: "stack",
				children: [/* @__PURE__ */ u(Videos, {
					question,
					index
				}), say && /* @__PURE__ */ u("details", { children: [/* @__PURE__ */ u("summary", { children: t("jurySure") }), /* @__PURE__ */ u(AnswerButtons, {
					isBusy,
					say: (answer, kind) => say(question.id, answer, kind)
				})] })]
			}, question.id))
		});
	}
	function Videos({ question, index }) {
		const { videos, channel } = question;
		const open = (at) => void send("openQuestion", {
			question,
			at
		});
		if (!channel) return /* @__PURE__ */ u("div", {
			class: "switch",
			children: [/* @__PURE__ */ u("span", { children: t("juryVideo", number(index + 1)) }), /* @__PURE__ */ u(WatchButton, {
				name: t("juryVideo", number(index + 1)),
				open: () => open(0)
			})]
		});
		return /* @__PURE__ */ u(S, { children: [/* @__PURE__ */ u("p", { children: t("juryChannel", channel) }), /* @__PURE__ */ u("div", {
			class: "row",
			children: videos.map((id, at) => /* @__PURE__ */ u("button", {
				type: "button",
				onClick: () => open(at),
				children: t("juryVideo", number(at + 1))
			}, id))
		})] });
	}
	function WatchButton({ name, open }) {
		return /* @__PURE__ */ u("button", {
			type: "button",
			"aria-label": `${t("juryWatch")}: ${name}`,
			onClick: open,
			children: t("juryWatch")
		});
	}
	function AnswerButtons({ isBusy, say }) {
		const [kindOf, setKindOf] = d();
		const part = A(null);
		const shown = A(kindOf);
		h(() => {
			if (shown.current !== kindOf) part.current?.querySelector("button")?.focus();
			shown.current = kindOf;
		}, [kindOf]);
		if (kindOf) return /* @__PURE__ */ u("fieldset", {
			disabled: isBusy,
			ref: part,
			children: [/* @__PURE__ */ u("legend", { children: t("juryKind") }), /* @__PURE__ */ u("div", {
				class: "row",
				children: [
					CATEGORIES.map((kind) => /* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => say(kindOf, kind),
						children: t(`category_${kind}`)
					}, kind)),
					/* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => say(kindOf),
						children: t("juryKindNone")
					}),
					/* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => setKindOf(void 0),
						children: t("juryBack")
					})
				]
			})]
		});
		return /* @__PURE__ */ u("fieldset", {
			disabled: isBusy,
			ref: part,
			children: [/* @__PURE__ */ u("legend", { children: t("juryAsk") }), /* @__PURE__ */ u("div", {
				class: "row",
				children: ANSWERS.map((answer) => /* @__PURE__ */ u("button", {
					type: "button",
					onClick: () => answer === "ai" || answer === "partly" ? setKindOf(answer) : say(answer),
					children: t(`juryAnswer_${answer}`)
				}, answer))
			})]
		});
	}
	// src/jury/words.ts
	/** What a viewer reads about a refusal. */
	/** @param missing the text for what is not found */
	function wordsOf(failure, missing = "juryGone") {
		if (!(failure instanceof NoAnswer)) return String(failure);
		if (failure.code === "NOT_FOUND") return t(missing);
		if (failure.code === "RATE_LIMITED") return t("juryTooMany", clock(Date.now() + failure.waitMs));
		return failure.message;
	}
	/** For what shows the message of any error. */
	function inWords(failure) {
		throw new Error(wordsOf(failure));
	}
	// src/jury/options.tsx
	/** The jury in the options: to become a juror, to practise, to judge, to see how it went, to leave. */
	/** What it means, before anything is sent. */
	function About$1({ learns = t("juryLearns") }) {
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("p", { children: t("juryWhat") }),
				/* @__PURE__ */ u("p", { children: t("juryHow") }),
				/* @__PURE__ */ u("p", { children: learns }),
				/* @__PURE__ */ u("p", { children: t("juryStop") })
			]
		});
	}
	function Join({ server, changed }) {
		const [agreed, setAgreed] = d(false);
		const [isBusy, setBusy] = d(false);
		const [problem, setProblem] = d();
		const join = async () => {
			setBusy(true);
			setProblem(void 0);
			await enrol(server).then(changed, (failure) => setProblem(wordsOf(failure, "juryNone")));
			setBusy(false);
		};
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("label", {
					class: "choice",
					children: [/* @__PURE__ */ u("input", {
						type: "checkbox",
						checked: agreed,
						onChange: ({ currentTarget }) => setAgreed(currentTarget.checked)
					}), /* @__PURE__ */ u("span", { children: t("juryAgree") })]
				}),
				/* @__PURE__ */ u("div", {
					class: "row",
					children: /* @__PURE__ */ u("button", {
						type: "button",
						class: "main",
						disabled: !agreed || isBusy,
						onClick: () => void join(),
						children: t("juryJoin")
					})
				}),
				isBusy && /* @__PURE__ */ u("p", {
					role: "status",
					children: t("juryWorking")
				}),
				problem && /* @__PURE__ */ u(Notice, {
					kind: "bad",
					children: problem
				})
			]
		});
	}
	function Left({ membership, changed }) {
		return /* @__PURE__ */ u(Notice, { children: [/* @__PURE__ */ u("p", { children: t("juryLeaveWaits") }), /* @__PURE__ */ u("button", {
			type: "button",
			onClick: () => void leave(membership).then(changed),
			children: t("juryRetry")
		})] });
	}
	function Member({ membership, changed, List = QuestionList, hasIcon = true }) {
		const [problem, setProblem] = d();
		const [isBusy, setBusy] = d(false);
		const { value, error, reload } = useLoaded(() => load(membership).catch(inWords));
		h(() => {
			const again = () => void (document.hidden || reload());
			document.addEventListener("visibilitychange", again);
			return () => document.removeEventListener("visibilitychange", again);
		}, [reload]);
		const say = async (question, chosen, kind) => {
			setBusy(true);
			setProblem(void 0);
			await answer({
				question,
				answer: chosen,
				...kind && { kind }
			}).catch((failure) => setProblem(wordsOf(failure, "juryClosed")));
			await reload();
			setBusy(false);
		};
		return /* @__PURE__ */ u(S, { children: [
			error && /* @__PURE__ */ u(Notice, {
				kind: "bad",
				children: [/* @__PURE__ */ u("p", { children: error }), /* @__PURE__ */ u("button", {
					type: "button",
					onClick: () => void reload(),
					children: t("juryRetry")
				})]
			}),
			problem && /* @__PURE__ */ u(Notice, {
				kind: "bad",
				children: problem
			}),
			!value && !error && /* @__PURE__ */ u("p", {
				role: "status",
				children: "…"
			}),
			value && /* @__PURE__ */ u(Standing, { ...value.juror }),
			value && /* @__PURE__ */ u(Round, { answers: lastRound(value) }),
			value && /* @__PURE__ */ u(ToJudge, {
				inbox: value,
				say,
				isBusy,
				reload,
				List
			}),
			value && /* @__PURE__ */ u(Given, { answers: told(value) }),
			/* @__PURE__ */ u("section", {
				class: "panel stack",
				children: [hasIcon && /* @__PURE__ */ u(Switch, {
					label: t("juryBadge"),
					hint: t("juryBadge_hint"),
					checked: membership.badge,
					onChange: (badge) => void setBadge(membership, badge).then(changed)
				}), /* @__PURE__ */ u(Switch, {
					label: t("jurySwitch"),
					hint: t("jurySwitch_hint"),
					checked: true,
					onChange: () => void leave(membership).then(changed)
				})]
			})
		] });
	}
	function ToJudge({ inbox: { juror, questions: all }, say, isBusy, reload, List }) {
		const { questions, training } = all;
		if (juror.state === "paused") return null;
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("div", {
					class: "switch",
					children: [/* @__PURE__ */ u("h3", { children: t("juryInbox") }), /* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => void reload(),
						children: t("popupRefresh")
					})]
				}),
				questions.length > 0 && /* @__PURE__ */ u(S, { children: [/* @__PURE__ */ u("p", { children: t("juryToday", number(questions.length)) }), /* @__PURE__ */ u(List, {
					questions,
					say,
					isBusy
				})] }),
				training.length > 0 && /* @__PURE__ */ u(S, { children: [/* @__PURE__ */ u("p", { children: t("juryPractice", number(training.length)) }), /* @__PURE__ */ u(List, {
					questions: training,
					say,
					isBusy
				})] }),
				questions.length + training.length === 0 && /* @__PURE__ */ u("p", { children: t(nothing(juror)) })
			]
		});
	}
	/** Why there is nothing to judge. */
	function nothing({ state, answered }) {
		if (state === "rooted") return "juryNothing";
		return answered === 0 ? "juryNoPractice" : "juryNothingYet";
	}
	function Standing({ state, training, accuracy }) {
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				state === "paused" && /* @__PURE__ */ u(Notice, { children: t("juryPaused") }),
				state !== "paused" && /* @__PURE__ */ u("p", { children: t(state === "rooted" ? "juryRooted" : "juryNotRooted") }),
				training && /* @__PURE__ */ u("p", {
					class: "quiet",
					children: t("juryProgress", number(training.answered), number(training.of))
				}),
				accuracy && /* @__PURE__ */ u(S, { children: [/* @__PURE__ */ u("h3", { children: t("juryAccuracy") }), /* @__PURE__ */ u("dl", {
					class: "facts",
					children: [
						/* @__PURE__ */ u("dt", { children: t("juryFound") }),
						/* @__PURE__ */ u("dd", { children: percent(accuracy.ai) }),
						/* @__PURE__ */ u("dt", { children: t("juryLeft") }),
						/* @__PURE__ */ u("dd", { children: percent(accuracy.human) }),
						/* @__PURE__ */ u("dt", { children: t("juryNeeded") }),
						/* @__PURE__ */ u("dd", { children: percent(accuracy.needed) })
					]
				})] })
			]
		});
	}
	function Round({ answers }) {
		if (answers.length === 0) return null;
		const right = answers.filter(isRight).length;
		return /* @__PURE__ */ u("details", {
			class: "panel",
			children: [/* @__PURE__ */ u("summary", { children: t("juryRound", number(right), number(answers.length)) }), /* @__PURE__ */ u(AnswerList, { answers })]
		});
	}
	function Given({ answers }) {
		if (answers.length === 0) return null;
		return /* @__PURE__ */ u("details", {
			class: "panel",
			children: [/* @__PURE__ */ u("summary", { children: t("juryMine") }), /* @__PURE__ */ u(AnswerList, { answers })]
		});
	}
	function AnswerList({ answers }) {
		return /* @__PURE__ */ u("ul", {
			class: "stack jury-answers",
			children: answers.map(({ videos, channel, answer: said, kind, answeredAt, outcome, signs = [] }) => /* @__PURE__ */ u("li", { children: [
				/* @__PURE__ */ u("a", {
					href: `https://www.youtube.com/watch?v=${videos[0]}`,
					target: "_blank",
					rel: "noopener noreferrer",
					children: /* @__PURE__ */ u("bdi", { children: channel ?? videos[0] })
				}),
				/* @__PURE__ */ u("span", { children: [t(`juryAnswer_${said}`), kind && ` (${t(`category_${kind}`)})`] }),
				/* @__PURE__ */ u("span", {
					class: "quiet",
					children: [
						t(`juryOutcome_${outcome ?? "open"}`),
						" · ",
						moment(Date.parse(answeredAt))
					]
				}),
				signs.map((sign) => /* @__PURE__ */ u("span", {
					class: "quiet",
					children: signLine(sign)
				}, `${sign.videoId} ${sign.sign}`))
			] }, `${answeredAt} ${videos[0]}`))
		});
	}
	// src/ui/options-identity.tsx
	var UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
	function Backup() {
		const [id, setId] = d();
		const { problem, attempt } = useAttempt();
		const load = (use) => attempt(async () => use((await send("identity", {})).id));
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("h3", { children: t("identityBackup") }),
				/* @__PURE__ */ u("div", {
					class: "row",
					children: [/* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => void (id ? setId(void 0) : load(setId)),
						children: t(id ? "identityHide" : "identityShow")
					}), /* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => void load((secret) => download("realtube-identity.txt", `${secret}\n`, "text/plain")),
						children: t("identitySave")
					})]
				}),
				problem && /* @__PURE__ */ u(Notice, {
					kind: "bad",
					children: problem
				}),
				id && /* @__PURE__ */ u("output", {
					class: "secret",
					dir: "ltr",
					children: id
				})
			]
		});
	}
	function Restore({ isThere = true, changed }) {
		const [text, setText] = d("");
		const [done, setDone] = d();
		const { problem, attempt } = useAttempt();
		const restore = async () => {
			const id = text.trim().toLowerCase();
			if (!UUID.test(id)) return setDone("wrong");
			if (isThere && !confirm(t("identityQuestion"))) return;
			const isRestored = await attempt(() => send("restoreIdentity", { id }));
			if (isRestored) setText("");
			setDone(isRestored ? "restored" : void 0);
			if (isRestored) await changed?.();
		};
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("h3", { children: t("identityRestore") }),
				/* @__PURE__ */ u("form", {
					class: "row",
					onSubmit: (event) => {
						event.preventDefault();
						restore();
					},
					children: [/* @__PURE__ */ u("input", {
						class: "wide",
						type: "text",
						dir: "ltr",
						autocomplete: "off",
						spellcheck: false,
						"aria-label": t("identityRestore"),
						placeholder: "00000000-0000-4000-8000-000000000000",
						value: text,
						onInput: ({ currentTarget }) => setText(currentTarget.value)
					}), /* @__PURE__ */ u("button", {
						type: "submit",
						disabled: text === "",
						children: t("identityRestoreButton")
					})]
				}),
				problem && /* @__PURE__ */ u(Notice, {
					kind: "bad",
					children: problem
				}),
				done === "wrong" && /* @__PURE__ */ u(Notice, {
					kind: "bad",
					children: t("identityWrong")
				}),
				done === "restored" && /* @__PURE__ */ u(Notice, {
					kind: "good",
					children: t("identityRestored")
				})
			]
		});
	}
	// src/site/notes-part.tsx
	/** Notes on the server's own page for jurors: to write, to rate, to take back. */
	/** Characters of a note, as the server counts them. */
	var MOST = 280;
	/** Nothing where the server has no notes, and for who is in training. */
	function NotesPart() {
		const { value, error, reload } = useLoaded(() => askNotes.all());
		const { problem, attempt: attempting } = useAttempt();
		const title = A(null);
		const attempt = async (work) => {
			const isDone = await attempting(work);
			await reload();
			if (isDone) title.current?.focus();
			return isDone;
		};
		if (error) return /* @__PURE__ */ u(Notice, {
			kind: "bad",
			children: error
		});
		if (!value) return null;
		const { write, rate, mine } = value;
		return /* @__PURE__ */ u(S, { children: [
			/* @__PURE__ */ u("h2", {
				ref: title,
				tabIndex: -1,
				children: notes.title
			}),
			/* @__PURE__ */ u("p", { children: notes.what }),
			problem && /* @__PURE__ */ u(Notice, {
				kind: "bad",
				children: problem
			}),
			write.length + rate.length + mine.length === 0 && /* @__PURE__ */ u("p", {
				class: "quiet",
				children: notes.nothing
			}),
			rate.length > 0 && /* @__PURE__ */ u(ToRate, {
				notes: rate,
				attempt
			}),
			write.length > 0 && /* @__PURE__ */ u(ToWrite, {
				targets: write,
				attempt
			}),
			mine.length > 0 && /* @__PURE__ */ u(Mine, {
				notes: mine,
				attempt
			})
		] });
	}
	function ToRate({ notes: notes$1, attempt }) {
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("h3", { children: notes.rateTitle }),
				/* @__PURE__ */ u("p", {
					class: "quiet",
					children: notes.rateWhat
				}),
				/* @__PURE__ */ u("ol", {
					class: "jury-questions",
					children: notes$1.map((note) => /* @__PURE__ */ u("li", {
						class: "stack",
						children: [
							/* @__PURE__ */ u(About, { ...note }),
							/* @__PURE__ */ u(Says, { ...note }),
							/* @__PURE__ */ u("div", {
								class: "row",
								children: [true, false].map((helpful) => /* @__PURE__ */ u("button", {
									type: "button",
									onClick: () => void attempt(() => askNotes.rate(note.id, helpful)),
									children: helpful ? notes.helpful : notes.unhelpful
								}, `${helpful}`))
							})
						]
					}, note.id))
				})
			]
		});
	}
	function ToWrite({ targets, attempt }) {
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [/* @__PURE__ */ u("h3", { children: notes.writeTitle }), targets.map((target) => /* @__PURE__ */ u("details", { children: [/* @__PURE__ */ u("summary", { children: [
				/* @__PURE__ */ u("bdi", { children: target.targetId }),
				": ",
				notes.about[target.verdict]
			] }), /* @__PURE__ */ u(Form, {
				target,
				attempt
			})] }, `${target.targetType} ${target.targetId}`))]
		});
	}
	function Form({ target, attempt }) {
		const [text, setText] = d("");
		const [source, setSource] = d("");
		const [isWrong, setWrong] = d(false);
		const wrong = g();
		const ofVideo = target.targetType === "video";
		const send = async (event) => {
			event.preventDefault();
			const at = ofVideo ? secondsOf(source.trim()) : void 0;
			const isLink = /^https:\/\/./.test(source.trim());
			setWrong(at === void 0 && !isLink);
			if (at === void 0 && !isLink) return;
			const said = at === void 0 ? {
				text,
				link: source.trim()
			} : {
				text,
				at
			};
			await attempt(() => askNotes.write(target, said));
		};
		return /* @__PURE__ */ u("form", {
			class: "stack",
			onSubmit: (event) => void send(event),
			children: [
				/* @__PURE__ */ u("label", {
					class: "stack",
					children: [notes.text, /* @__PURE__ */ u("textarea", {
						required: true,
						rows: 3,
						maxLength: MOST,
						dir: "auto",
						value: text,
						onInput: ({ currentTarget }) => setText(currentTarget.value)
					})]
				}),
				/* @__PURE__ */ u("label", {
					class: "stack",
					children: [ofVideo ? notes.source : notes.sourceOfChannel, /* @__PURE__ */ u("input", {
						type: "text",
						required: true,
						maxLength: 500,
						dir: "ltr",
						value: source,
						...isWrong && {
							"aria-invalid": true,
							"aria-describedby": wrong
						},
						onInput: ({ currentTarget }) => setSource(currentTarget.value)
					})]
				}),
				isWrong && /* @__PURE__ */ u("p", {
					class: "error",
					id: wrong,
					role: "alert",
					children: notes.noSource
				}),
				/* @__PURE__ */ u("div", {
					class: "row",
					children: /* @__PURE__ */ u("button", {
						type: "submit",
						class: "main",
						children: notes.write
					})
				})
			]
		});
	}
	function Mine({ notes: notes$2, attempt }) {
		const withdraw = (id) => {
			if (confirm(notes.withdrawQuestion)) attempt(() => askNotes.withdraw(id));
		};
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [/* @__PURE__ */ u("h3", { children: notes.mineTitle }), /* @__PURE__ */ u("ol", {
				class: "jury-questions",
				children: notes$2.map((note) => /* @__PURE__ */ u("li", {
					class: "stack",
					children: [
						/* @__PURE__ */ u(About, { ...note }),
						/* @__PURE__ */ u(Says, { ...note }),
						/* @__PURE__ */ u("div", {
							class: "row",
							children: [/* @__PURE__ */ u("span", {
								class: "quiet",
								children: notes.states[note.state]
							}), /* @__PURE__ */ u("button", {
								type: "button",
								onClick: () => withdraw(note.id),
								children: notes.withdraw
							})]
						})
					]
				}, note.id))
			})]
		});
	}
	function About({ targetType, targetId, verdict }) {
		return /* @__PURE__ */ u("p", {
			class: "quiet",
			children: [
				/* @__PURE__ */ u("a", {
					href: `${`${targetType === "video" ? "/v/" : "/c/"}${encodeURIComponent(targetId)}`}?lang=${encodeURIComponent(document.documentElement.lang)}`,
					children: /* @__PURE__ */ u("bdi", { children: targetId })
				}),
				": ",
				notes.about[verdict]
			]
		});
	}
	function Says({ targetId, text, link, at }) {
		return /* @__PURE__ */ u("blockquote", {
			class: "note",
			dir: "auto",
			children: [
				text,
				" ",
				/* @__PURE__ */ u("a", {
					href: link ?? `https://www.youtube.com/watch?v=${targetId}&t=${at ?? 0}`,
					target: "_blank",
					rel: "nofollow noopener noreferrer",
					children: link === void 0 ? notes.inVideo.replace("$1", clockOf(at ?? 0)) : /* @__PURE__ */ u("bdi", {
						dir: "ltr",
						children: new URL(link).host
					})
				})
			]
		});
	}
	// src/site/questions.tsx
	/** The questions on the server's own page: each opens on YouTube, and is asked here afterwards. */
	function PageQuestions({ questions, say, isBusy = false }) {
		const list = A(null);
		const wasAnswered = A(false);
		h(() => {
			if (wasAnswered.current) list.current?.querySelector("a")?.focus();
			wasAnswered.current = false;
		}, [questions]);
		const answer = (...said) => {
			wasAnswered.current = true;
			say?.(...said);
		};
		return /* @__PURE__ */ u(S, { children: [/* @__PURE__ */ u("p", {
			class: "quiet keys",
			children: own.keys
		}), /* @__PURE__ */ u("ol", {
			class: "jury-questions",
			ref: list,
			children: questions.map((question, index) => /* @__PURE__ */ u(Asked, {
				question,
				index,
				say: answer,
				isBusy
			}, question.id))
		})] });
	}
	function Asked({ question, index, say, isBusy }) {
		const { id, videos, channel } = question;
		const [isOpened, setOpened] = d(false);
		const [isAsked, setAsked] = d(false);
		h(() => {
			if (!isOpened) return void 0;
			const timer = setTimeout(() => setAsked(true), 2e4);
			return () => clearTimeout(timer);
		}, [isOpened]);
		const links = videos.map((videoId, at) => /* @__PURE__ */ u(Watch, {
			videoId,
			name: t("juryVideo", number((channel ? at : index) + 1)),
			open: () => setOpened(true)
		}, videoId));
		return /* @__PURE__ */ u("li", {
			class: "stack",
			onKeyDown: answerByKey,
			children: [
				channel && /* @__PURE__ */ u("p", {
					dir: "auto",
					children: t("juryChannel", channel)
				}),
				links,
				isOpened && !isAsked && /* @__PURE__ */ u("p", {
					class: "quiet",
					children: own.later
				}),
				/* @__PURE__ */ u("details", {
					open: isAsked,
					onToggle: ({ currentTarget }) => setAsked(currentTarget.open),
					children: [/* @__PURE__ */ u("summary", { children: isAsked ? own.answer : t("jurySure") }), /* @__PURE__ */ u(AnswerButtons, {
						isBusy,
						say: (answer, kind) => say(id, answer, kind)
					})]
				})
			]
		});
	}
	function Watch({ videoId, name, open }) {
		return /* @__PURE__ */ u("p", {
			class: "watch",
			children: [/* @__PURE__ */ u("span", { children: name }), /* @__PURE__ */ u("a", {
				class: "button",
				href: `https://www.youtube.com/watch?v=${videoId}`,
				target: "_blank",
				rel: "noopener noreferrer",
				"aria-label": `${t("juryWatch")}: ${name} (${own.newTab})`,
				onClick: open,
				onAuxClick: ({ button }) => button === 1 && open(),
				children: [
					t("juryWatch"),
					" ",
					/* @__PURE__ */ u("span", {
						"aria-hidden": "true",
						children: "↗"
					})
				]
			})]
		});
	}
	/** The number of a button presses it, while its question has the focus. */
	function answerByKey(event) {
		const { key, altKey, ctrlKey, metaKey, currentTarget } = event;
		if (!/^[1-9]$/.test(key) || altKey || ctrlKey || metaKey) return;
		currentTarget.querySelectorAll("details[open] fieldset button")[Number(key) - 1]?.click();
	}
	// src/site/jury.tsx
	/** The server's own page for jurors, who need no extension: see jury.config.ts. */
	var server = location.origin;
	function JuryPage({ votesDecide }) {
		const problem = !crypto.subtle ? own.noCrypto : !canKeep() ? own.noStorage : void 0;
		return /* @__PURE__ */ u(S, { children: [
			/* @__PURE__ */ u("h1", { children: t("juryTitle") }),
			/* @__PURE__ */ u("p", {
				class: "lead",
				children: own.lead
			}),
			votesDecide && /* @__PURE__ */ u(Notice, { children: own.votesDecide }),
			problem ? /* @__PURE__ */ u(Notice, {
				kind: "bad",
				children: problem
			}) : /* @__PURE__ */ u(Juror, {})
		] });
	}
	function Juror() {
		const { value, reload } = useLoaded(async () => ({
			membership: await membershipOf(server),
			isThere: await hasKey()
		}));
		if (!value) return null;
		const { membership, isThere } = value;
		const isMember = membership && !membership.isLeaving;
		return /* @__PURE__ */ u(S, { children: [
			membership?.isLeaving && /* @__PURE__ */ u(Left, {
				membership,
				changed: reload
			}),
			isMember && /* @__PURE__ */ u(Member, {
				membership,
				changed: reload,
				List: PageQuestions,
				hasIcon: false
			}),
			isMember && /* @__PURE__ */ u(NotesPart, {}),
			!isMember && /* @__PURE__ */ u(About$1, { learns: own.learns }),
			!isMember && /* @__PURE__ */ u(Join, {
				server,
				changed: reload
			}),
			/* @__PURE__ */ u(Key, {
				isThere,
				changed: reload
			}),
			isMember && /* @__PURE__ */ u("details", {
				class: "panel",
				children: [/* @__PURE__ */ u("summary", { children: own.learnsTitle }), /* @__PURE__ */ u("p", { children: own.learns })]
			})
		] });
	}
	function Key({ isThere, changed }) {
		const { problem, attempt } = useAttempt();
		const restored = () => attempt(() => resume(server)).then(changed);
		return /* @__PURE__ */ u(S, { children: [
			/* @__PURE__ */ u("h2", { children: own.keyTitle }),
			/* @__PURE__ */ u("p", { children: own.keyWhat }),
			isThere && /* @__PURE__ */ u(Notice, { children: own.keyKeep }),
			isThere && /* @__PURE__ */ u("p", {
				class: "quiet",
				children: t("identityWarning")
			}),
			isThere && /* @__PURE__ */ u(Backup, {}),
			/* @__PURE__ */ u(Restore, {
				isThere,
				changed: restored
			}),
			problem && /* @__PURE__ */ u(Notice, {
				kind: "bad",
				children: problem
			}),
			/* @__PURE__ */ u(Go, {
				isThere,
				changed
			})
		] });
	}
	function Go({ isThere, changed }) {
		const { problem, attempt } = useAttempt();
		const [isGone, setGone] = d(false);
		const go = async (question, work) => {
			if (!confirm(question)) return;
			setGone(await attempt(work));
			await changed();
		};
		const eraseAll = async () => {
			await erase();
			await forget$1();
		};
		if (!isThere) return isGone ? /* @__PURE__ */ u(Notice, {
			kind: "good",
			children: own.gone
		}) : null;
		return /* @__PURE__ */ u("section", {
			class: "panel stack",
			children: [
				/* @__PURE__ */ u("h3", { children: own.goTitle }),
				/* @__PURE__ */ u("div", {
					class: "row",
					children: [/* @__PURE__ */ u("button", {
						type: "button",
						onClick: () => void go(own.forgetQuestion, forget$1),
						children: own.forget
					}), /* @__PURE__ */ u("button", {
						type: "button",
						class: "danger",
						onClick: () => void go(own.eraseQuestion, eraseAll),
						children: own.erase
					})]
				}),
				problem && /* @__PURE__ */ u(Notice, {
					kind: "bad",
					children: problem
				})
			]
		});
	}
	var place = document.getElementById("jury");
	if (place) {
		place.lang = t("language");
		place.dir = t("direction");
		place.replaceChildren();
		R(/* @__PURE__ */ u(JuryPage, { votesDecide: place.dataset.confirms === "votes" }), place);
	}
})();
