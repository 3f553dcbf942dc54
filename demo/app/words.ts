// The admin app's own words in its three languages.
import type { SkuStatus } from "./studio-api.ts";
import type { Locale, Theme } from "./usePreferences.ts";

export interface Words {
  readonly ownName: string;
  readonly sections: string;
  readonly pages: string;
  readonly products: string;
  readonly shipping: string;
  readonly listings: string;
  readonly photos: string;
  readonly orders: string;
  readonly language: string;
  readonly theme: string;
  readonly themes: Readonly<Record<Theme, string>>;
  readonly missing: string;
  readonly missingHelp: string;
  readonly article: string;
  readonly title: string;
  readonly state: string;
  readonly states: Readonly<Record<SkuStatus, string>>;
  readonly toReview: string;
  readonly approved: string;
  readonly loading: string;
  readonly none: string;
  readonly failed: string;
  readonly again: string;
  readonly more: string;
  readonly ordersNote: string;
  readonly order: string;
  readonly placed: string;
  readonly buyer: string;
  readonly pieces: string;
  readonly sum: string;
  readonly orderState: string;
  readonly packing: string;
  readonly sent: string;
  readonly delivered: string;
}

export const words: Readonly<Record<Locale, Words>> = {
  en: {
    ownName: "English",
    sections: "Sections",
    pages: "Pages",
    products: "Products",
    shipping: "Shipping",
    listings: "Listings",
    photos: "Photos",
    orders: "Orders",
    language: "Language",
    theme: "Theme",
    themes: { auto: "System", light: "Light", dark: "Dark" },
    missing: "No such page",
    missingHelp: "Nothing is kept at this address. Choose a page above.",
    article: "Article",
    title: "Title",
    state: "Photo status",
    states: { PENDING: "Pending", PROCESSING: "Processing", REVIEW: "Review", APPROVED: "Approved", ARCHIVED: "Archived" },
    toReview: "To review",
    approved: "Approved",
    loading: "Reading the products…",
    none: "No products yet.",
    failed: "The products could not be read.",
    again: "Try again",
    more: "Show more",
    ordersNote: "Invented orders: this page only shows that the studio takes no more room than its host gives it.",
    order: "Order",
    placed: "Placed",
    buyer: "Buyer",
    pieces: "Pieces",
    sum: "Sum",
    orderState: "State",
    packing: "Packing",
    sent: "Sent",
    delivered: "Delivered",
  },
  zh: {
    ownName: "中文",
    sections: "栏目",
    pages: "页面",
    products: "商品",
    shipping: "发货",
    listings: "商品列表",
    photos: "图片",
    orders: "订单",
    language: "语言",
    theme: "主题",
    themes: { auto: "跟随系统", light: "浅色", dark: "深色" },
    missing: "页面不存在",
    missingHelp: "此地址没有内容，请从上方选择页面。",
    article: "货号",
    title: "名称",
    state: "图片状态",
    states: { PENDING: "待处理", PROCESSING: "处理中", REVIEW: "待审核", APPROVED: "已通过", ARCHIVED: "已归档" },
    toReview: "待审核",
    approved: "已通过",
    loading: "正在读取商品…",
    none: "还没有商品。",
    failed: "无法读取商品。",
    again: "重试",
    more: "显示更多",
    ordersNote: "虚构的订单：此页仅用于说明图片工作室只占用宿主应用给它的空间。",
    order: "订单",
    placed: "下单日期",
    buyer: "买家",
    pieces: "件数",
    sum: "金额",
    orderState: "状态",
    packing: "打包中",
    sent: "已发货",
    delivered: "已送达",
  },
  ru: {
    ownName: "Русский",
    sections: "Разделы",
    pages: "Страницы",
    products: "Товары",
    shipping: "Доставка",
    listings: "Товары",
    photos: "Фото",
    orders: "Заказы",
    language: "Язык",
    theme: "Тема",
    themes: { auto: "Как в системе", light: "Светлая", dark: "Тёмная" },
    missing: "Нет такой страницы",
    missingHelp: "По этому адресу ничего нет. Выберите страницу выше.",
    article: "Артикул",
    title: "Название",
    state: "Статус фото",
    states: { PENDING: "Ждут", PROCESSING: "В работе", REVIEW: "Проверить", APPROVED: "Одобрено", ARCHIVED: "В архиве" },
    toReview: "Проверить",
    approved: "Одобрено",
    loading: "Читаем товары…",
    none: "Товаров пока нет.",
    failed: "Не удалось прочитать товары.",
    again: "Повторить",
    more: "Показать ещё",
    ordersNote: "Заказы вымышлены: страница лишь показывает, что студия занимает не больше места, чем ей отвели.",
    order: "Заказ",
    placed: "Оформлен",
    buyer: "Покупатель",
    pieces: "Штук",
    sum: "Сумма",
    orderState: "Состояние",
    packing: "Собирается",
    sent: "Отправлен",
    delivered: "Доставлен",
  },
};
