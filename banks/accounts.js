// The accounts that the simulated banks keep, as a site's configuration: what an owner would have in the secret `velopos`, with the
// simulators' credentials and addresses.

/** What a site owner keeps in the secret `velopos`, here with the simulator's credentials and addresses. Its keys are the gateways' names. */
export function accounts(banks) {
  return {
    isbank: {
      gateway: 'isbank',
      mode: 'test',
      merchant: { clientId: '190100000', storeKey: 'SIMSTORE12', apiUser: 'simapi', apiPassword: 'simpass12' },
      endpoints: { gate: `${banks}/nestpay/fim/est3Dgate`, api: `${banks}/nestpay/fim/api` },
    },
    garanti: {
      gateway: 'garanti',
      mode: 'test',
      merchant: {
        merchantId: '7000679', terminalId: '30691297', storeKey: '53696d4761726f53746f7265', provisionPassword: 'simProv12/',
        refundPassword: 'simRfnd34/',
      },
      endpoints: { gate: `${banks}/garanti/servlet/gt3dengine`, api: `${banks}/garanti/VPServlet` },
    },
    yapikredi: {
      gateway: 'yapikredi',
      mode: 'test',
      merchant: { merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77' },
      endpoints: { api: `${banks}/posnet/PosnetWebService/XML`, gate: `${banks}/posnet/3DSWebService/YKBPaymentService` },
    },
    vakifbank: {
      gateway: 'vakifbank',
      mode: 'test',
      merchant: { merchantId: '000000000007955', password: 'SimVpos789', terminalNo: 'VP000123', mpiPassword: 'SimMpi456' },
      endpoints: {
        common_payment: `${banks}/payflex/commonPayment/CreateTokenCPY`, payment_page: `${banks}/payflex/CommonPayment/SecurePayment`,
        mpi: `${banks}/payflex/threeDGateway/Enrollment`, vpos: `${banks}/payflex/virtualPos/Vposreq`,
        search: `${banks}/payflex/virtualPos/Search`,
      },
    },
    paytr: {
      gateway: 'paytr',
      mode: 'test',
      merchant: { merchantId: '190200', merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' },
      endpoints: { api: `${banks}/paytr` },
    },
    iyzico: {
      gateway: 'iyzico',
      mode: 'test',
      merchant: { apiKey: 'sim-api-key-12345678', secretKey: 'sim-secret-key-12345678', merchantId: '190300' },
      endpoints: { api: `${banks}/iyzico` },
    },
  };
}

/** The same for the banks that `velopos/all` alone carries. */
export function furtherAccounts(banks) {
  return {
    qnb: {
      gateway: 'qnb',
      mode: 'test',
      merchant: { merchantId: '085300000001907', userCode: 'SIM_API_KULLANICI', userPass: 'SimQn', merchantPass: '19071907' },
      endpoints: {
        page: `${banks}/payfor/Gateway/3DHost.aspx`, gate: `${banks}/payfor/Gateway/Default.aspx`, api: `${banks}/payfor/Gateway/XMLGate.aspx`,
      },
    },
    denizbank: {
      gateway: 'denizbank',
      mode: 'test',
      merchant: { shopCode: '9107', userCode: 'SimInterApi', userPass: 'SimDnz', merchantPass: 'sMk7q', onlyCurrency: 'TRY' },
      endpoints: { page: `${banks}/interpos/mpi/3DHost.aspx`, gate: `${banks}/interpos/mpi/Default.aspx` },
    },
    akbank: {
      gateway: 'akbank',
      mode: 'test',
      merchant: {
        merchantSafeId: '2023090417500272654BD9A49CF07574', terminalSafeId: '2023090417500284633D137A249DBBEB',
        secretKey: '53696d416b62616e6b3230323673696d756c617465644b65795f315f32',
      },
      endpoints: { api: `${banks}/akbank/api/v1/payment/virtualpos`, gate: `${banks}/akbank` },
    },
    moka: {
      gateway: 'moka',
      mode: 'test',
      merchant: { dealerCode: '190400', username: 'simMokaUser', password: 'simMokaPass78' },
      endpoints: { service: `${banks}/moka`, page: `${banks}/moka` },
    },
    tosla: {
      gateway: 'tosla',
      mode: 'test',
      merchant: { clientId: '1000000494', apiUser: 'POS_SIM_0001', apiPass: 'POS_SIM_0001!*!*' },
      endpoints: { api: `${banks}/tosla/api/Payment` },
    },
    kuveytturk: {
      gateway: 'kuveytturk',
      mode: 'test',
      merchant: { merchantId: '496', customerId: '400235', userName: 'apitest', password: 'simBoa12' },
      endpoints: { gate: `${banks}/kuveytturk/Home`, soap: `${banks}/kuveytturk/VirtualPosService.svc/Basic` },
    },
    vakifkatilim: {
      gateway: 'vakifkatilim',
      mode: 'test',
      merchant: { merchantId: '910', customerId: '1118455', userName: 'SIMAPI', password: 'simKatilim34' },
      endpoints: { gate: `${banks}/vakifkatilim/VirtualPOS.Gateway/Home` },
    },
    albaraka: {
      gateway: 'albaraka',
      mode: 'test',
      merchant: { merchantNo: '6700950031', terminalNo: '67540050', posnetId: '1010028724242434', encKey: '11,23,58,13,21,34,55,89' },
      endpoints: {
        gate: `${banks}/posnetv1/ALBSecurePaymentUI/SecureProcess/SecureVerification.aspx`,
        api: `${banks}/posnetv1/ALBMerchantService/MerchantJSONAPI.svc`,
      },
    },
  };
}
